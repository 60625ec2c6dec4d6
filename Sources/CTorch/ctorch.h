/* A C ABI over libtorch: what the Torch module needs, and nothing else.
 *
 * The functions lie in a library of their own, libTorchShim.so, which the module opens when it first needs one: most commands
 * never do, and loading libtorch costs more than they take. The library exports one symbol, ctorch_table.
 *
 * Rules, the same for every function:
 *   - a function that makes a tensor or a generator returns it, or NULL; the caller owns it and frees it once;
 *   - a function that only acts returns 0, or -1;
 *   - after NULL or -1, last_error() tells why, until the next failure in the same thread;
 *   - no C++ exception ever crosses this border;
 *   - floats are 32 bits wide, indices 64; arrays are borrowed for the duration of the call.
 */
#ifndef CTORCH_H
#define CTORCH_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

typedef struct ctorch_tensor ctorch_tensor;
typedef struct ctorch_generator ctorch_generator;

/* The devices that tensors live on. */
typedef enum __attribute__((enum_extensibility(closed))) {
  CTORCH_CPU = 0,
  CTORCH_CUDA = 1
} ctorch_device;

/* What a loss does with its elements. */
typedef enum __attribute__((enum_extensibility(closed))) {
  CTORCH_NONE = 0,
  CTORCH_MEAN = 1,
  CTORCH_SUM = 2
} ctorch_reduction;

#pragma clang assume_nonnull end

typedef struct ctorch_functions {
#define CTORCH_FUNCTION(result, name, ...) result (*_Nonnull name)(__VA_ARGS__);
#include "functions.def"
#undef CTORCH_FUNCTION
} ctorch_functions;

/* The type of ctorch_table. */
typedef const ctorch_functions *_Nonnull (*ctorch_table_function)(void);

#endif
