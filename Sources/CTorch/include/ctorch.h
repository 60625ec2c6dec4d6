/* A C ABI over libtorch: what the Torch module needs, and nothing else.
 *
 * Rules, the same for every function:
 *   - a function that makes a tensor or a generator returns it, or NULL; the caller owns it and frees it once;
 *   - a function that only acts returns 0, or -1;
 *   - after NULL or -1, ctorch_last_error() tells why, until the next failure in the same thread;
 *   - no C++ exception ever crosses this border;
 *   - floats are 32 bits wide, indices 64; arrays are borrowed for the duration of the call.
 */
#ifndef CTORCH_H
#define CTORCH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define CTORCH_API extern "C" __attribute__((visibility("default")))
#else
#define CTORCH_API extern
#endif

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

CTORCH_API const char *ctorch_last_error(void);

/* ---- Library: environment.cpp ------------------------------------------------------------------------------- */

CTORCH_API const char *ctorch_version(void);
/* Text that lives until the next call in the same thread. */
CTORCH_API const char *ctorch_build_description(void);
CTORCH_API const char *ctorch_parallel_description(void);
CTORCH_API const char *ctorch_cpu_capability(void);
CTORCH_API int32_t ctorch_threads(void);
CTORCH_API int32_t ctorch_set_threads(int32_t count);
/* Opens libtorch's CUDA library where it lies beside libtorch_cpu; the number of usable devices, or -1. Call it before
 * the first tensor: libtorch looks for its CUDA hooks once. */
CTORCH_API int32_t ctorch_open_cuda(void);
CTORCH_API int64_t ctorch_cuda_version(void);
/* Keeps freed tensors of a training step in the process instead of giving each back to the system. */
CTORCH_API int32_t ctorch_retain_freed_memory(void);
/* The file that answers a call of `symbol` (such as "sgemm_") in this process, or NULL. */
CTORCH_API const char *_Nullable ctorch_library_answering(const char *symbol);

/* ---- Tensors: tensor.cpp ------------------------------------------------------------------------------------ */

CTORCH_API ctorch_tensor *_Nullable ctorch_from_floats(
    const float *_Nullable values, const int64_t *shape, int32_t rank, ctorch_device device);
CTORCH_API ctorch_tensor *_Nullable ctorch_from_indices(
    const int64_t *_Nullable values, const int64_t *shape, int32_t rank, ctorch_device device);
CTORCH_API ctorch_tensor *_Nullable ctorch_full(
    const int64_t *shape, int32_t rank, double value, ctorch_device device);
CTORCH_API ctorch_tensor *_Nullable ctorch_empty(const int64_t *shape, int32_t rank, ctorch_device device);
CTORCH_API void ctorch_free(ctorch_tensor *tensor);

CTORCH_API int32_t ctorch_rank(const ctorch_tensor *tensor);
CTORCH_API int64_t ctorch_size(const ctorch_tensor *tensor, int32_t dimension);
CTORCH_API int64_t ctorch_count(const ctorch_tensor *tensor);
CTORCH_API ctorch_device ctorch_device_of(const ctorch_tensor *tensor);
CTORCH_API ctorch_tensor *_Nullable ctorch_to_device(const ctorch_tensor *tensor, ctorch_device device);

/* Row-major elements; `count` must be the number of elements. */
CTORCH_API int32_t ctorch_read(const ctorch_tensor *tensor, float *_Nullable values, int64_t count);
CTORCH_API int32_t ctorch_write(ctorch_tensor *tensor, const float *_Nullable values, int64_t count);
/* The elements in place: NULL unless they are contiguous 32-bit floats in host memory. */
CTORCH_API float *_Nullable ctorch_elements(ctorch_tensor *tensor);
CTORCH_API int32_t ctorch_scalar(const ctorch_tensor *tensor, double *value);
/* target := source, in place and outside of the autograd graph. */
CTORCH_API int32_t ctorch_assign(ctorch_tensor *target, const ctorch_tensor *source);
CTORCH_API ctorch_tensor *_Nullable ctorch_copy(const ctorch_tensor *tensor);

CTORCH_API int32_t ctorch_set_requires_gradient(ctorch_tensor *tensor, int32_t required);
CTORCH_API int32_t ctorch_requires_gradient(const ctorch_tensor *tensor);
CTORCH_API int32_t ctorch_has_gradient(const ctorch_tensor *tensor);
CTORCH_API ctorch_tensor *_Nullable ctorch_gradient(const ctorch_tensor *tensor);
CTORCH_API int32_t ctorch_clear_gradients(ctorch_tensor *_Nonnull const *_Nonnull tensors, int32_t count);
CTORCH_API int32_t ctorch_backward(const ctorch_tensor *tensor, const ctorch_tensor *_Nullable gradient);
CTORCH_API ctorch_tensor *_Nullable ctorch_detach(const ctorch_tensor *tensor);
CTORCH_API int32_t ctorch_gradient_mode(void);
CTORCH_API void ctorch_set_gradient_mode(int32_t enabled);

/* ---- Random numbers: tensor.cpp ----------------------------------------------------------------------------- */

CTORCH_API ctorch_generator *_Nullable ctorch_generator_make(uint64_t seed, ctorch_device device);
CTORCH_API void ctorch_generator_free(ctorch_generator *generator);
/* The size of the state in bytes, or -1. */
CTORCH_API int64_t ctorch_generator_state_size(const ctorch_generator *generator);
CTORCH_API int32_t ctorch_generator_state(const ctorch_generator *generator, uint8_t *bytes, int64_t count);
CTORCH_API int32_t ctorch_generator_set_state(ctorch_generator *generator, const uint8_t *bytes, int64_t count);
CTORCH_API ctorch_tensor *_Nullable ctorch_normal(
    const int64_t *shape, int32_t rank, double mean, double deviation, ctorch_generator *generator);
CTORCH_API ctorch_tensor *_Nullable ctorch_uniform(
    const int64_t *shape, int32_t rank, double low, double high, ctorch_generator *generator);

/* ---- Functions: functions.cpp ------------------------------------------------------------------------------- */

CTORCH_API ctorch_tensor *_Nullable ctorch_add(const ctorch_tensor *a, const ctorch_tensor *b, double scale);
CTORCH_API ctorch_tensor *_Nullable ctorch_multiply(const ctorch_tensor *a, const ctorch_tensor *b);
CTORCH_API ctorch_tensor *_Nullable ctorch_divide(const ctorch_tensor *a, const ctorch_tensor *b);
CTORCH_API ctorch_tensor *_Nullable ctorch_add_number(const ctorch_tensor *a, double number);
CTORCH_API ctorch_tensor *_Nullable ctorch_multiply_number(const ctorch_tensor *a, double number);
CTORCH_API ctorch_tensor *_Nullable ctorch_matrix_product(const ctorch_tensor *a, const ctorch_tensor *b);

CTORCH_API ctorch_tensor *_Nullable ctorch_exp(const ctorch_tensor *a);
CTORCH_API ctorch_tensor *_Nullable ctorch_log(const ctorch_tensor *a);
CTORCH_API ctorch_tensor *_Nullable ctorch_sqrt(const ctorch_tensor *a);
CTORCH_API ctorch_tensor *_Nullable ctorch_square(const ctorch_tensor *a);
CTORCH_API ctorch_tensor *_Nullable ctorch_abs(const ctorch_tensor *a);
CTORCH_API ctorch_tensor *_Nullable ctorch_relu(const ctorch_tensor *a);
CTORCH_API ctorch_tensor *_Nullable ctorch_leaky_relu(const ctorch_tensor *a, double slope);
CTORCH_API ctorch_tensor *_Nullable ctorch_tanh(const ctorch_tensor *a);
CTORCH_API ctorch_tensor *_Nullable ctorch_sigmoid(const ctorch_tensor *a);
CTORCH_API ctorch_tensor *_Nullable ctorch_softplus(const ctorch_tensor *a);
CTORCH_API ctorch_tensor *_Nullable ctorch_clamp(const ctorch_tensor *a, double low, double high);

CTORCH_API ctorch_tensor *_Nullable ctorch_sum(const ctorch_tensor *a);
CTORCH_API ctorch_tensor *_Nullable ctorch_mean(const ctorch_tensor *a);
CTORCH_API ctorch_tensor *_Nullable ctorch_sum_along(const ctorch_tensor *a, int32_t dimension, int32_t keep);
CTORCH_API ctorch_tensor *_Nullable ctorch_mean_along(const ctorch_tensor *a, int32_t dimension, int32_t keep);

CTORCH_API ctorch_tensor *_Nullable ctorch_reshape(const ctorch_tensor *a, const int64_t *shape, int32_t rank);
CTORCH_API ctorch_tensor *_Nullable ctorch_narrow(
    const ctorch_tensor *a, int32_t dimension, int64_t start, int64_t length);
CTORCH_API ctorch_tensor *_Nullable ctorch_transpose(const ctorch_tensor *a, int32_t first, int32_t second);
CTORCH_API ctorch_tensor *_Nullable ctorch_concatenate(
    const ctorch_tensor *_Nonnull const *_Nonnull tensors, int32_t count, int32_t dimension);

/* input [n, in], weight [out, in], bias [out] -> [n, out] */
CTORCH_API ctorch_tensor *_Nullable ctorch_linear(
    const ctorch_tensor *input, const ctorch_tensor *weight, const ctorch_tensor *_Nullable bias);
/* Row i of the result is the sum over k in offsets[i]..<offsets[i+1] of values[k] * table[indices[k], ...]. */
CTORCH_API ctorch_tensor *_Nullable ctorch_weighted_row_sums(
    const ctorch_tensor *table, const ctorch_tensor *indices, const ctorch_tensor *offsets,
    const ctorch_tensor *_Nullable values);
/* input [n, in, h, w], weight [out, in, kh, kw], bias [out] */
CTORCH_API ctorch_tensor *_Nullable ctorch_conv2d(
    const ctorch_tensor *input, const ctorch_tensor *weight, const ctorch_tensor *_Nullable bias, int64_t stride,
    int64_t padding);
/* input [n, in, h, w], weight [in, out, kh, kw], bias [out] */
CTORCH_API ctorch_tensor *_Nullable ctorch_conv_transpose2d(
    const ctorch_tensor *input, const ctorch_tensor *weight, const ctorch_tensor *_Nullable bias, int64_t stride,
    int64_t padding, int64_t output_padding);
/* The last window may reach over the edge when `ceil_mode` is not 0, as Caffe's does. */
CTORCH_API ctorch_tensor *_Nullable ctorch_max_pool2d(
    const ctorch_tensor *input, int64_t kernel, int64_t stride, int32_t ceil_mode);
CTORCH_API ctorch_tensor *_Nullable ctorch_upsample_nearest2d(const ctorch_tensor *input, int64_t factor);
/* Training: batch statistics, and the running ones, where given, move by `momentum`. Otherwise: the running ones. */
CTORCH_API ctorch_tensor *_Nullable ctorch_batch_norm(
    const ctorch_tensor *input, const ctorch_tensor *weight, const ctorch_tensor *bias,
    ctorch_tensor *_Nullable running_mean, ctorch_tensor *_Nullable running_variance, int32_t training,
    double momentum, double epsilon);
/* Elements are dropped with probability `rate`, the others are divided by 1 - rate. */
CTORCH_API ctorch_tensor *_Nullable ctorch_dropout(
    const ctorch_tensor *input, double rate, ctorch_generator *generator);
/* The same elements and the same shape [n, c, h, w], stored with the channels of a pixel side by side. */
CTORCH_API ctorch_tensor *_Nullable ctorch_channels_last(const ctorch_tensor *input);

CTORCH_API ctorch_tensor *_Nullable ctorch_bce_with_logits(
    const ctorch_tensor *logits, const ctorch_tensor *target, ctorch_reduction reduction);
/* logits [n, classes], target [n] of indices */
CTORCH_API ctorch_tensor *_Nullable ctorch_cross_entropy(
    const ctorch_tensor *logits, const ctorch_tensor *target, ctorch_reduction reduction);
CTORCH_API ctorch_tensor *_Nullable ctorch_mse(
    const ctorch_tensor *input, const ctorch_tensor *target, ctorch_reduction reduction);

/* ---- Optimiser updates: optimisers.cpp ---------------------------------------------------------------------- */

/* One update of every parameter that has a gradient, from that gradient; the state tensors move in place. `step`
 * counts from 1. The arrays hold `count` tensors each, in the same order. */
CTORCH_API int32_t ctorch_adagrad_update(
    ctorch_tensor *_Nonnull const *_Nonnull parameters, ctorch_tensor *_Nonnull const *_Nonnull squares,
    int32_t count, int64_t step, double rate, double rate_decay, double weight_decay, double epsilon);
CTORCH_API int32_t ctorch_adam_update(
    ctorch_tensor *_Nonnull const *_Nonnull parameters, ctorch_tensor *_Nonnull const *_Nonnull means,
    ctorch_tensor *_Nonnull const *_Nonnull squares, int32_t count, int64_t step, double rate, double beta1,
    double beta2, double weight_decay, double epsilon);
CTORCH_API int32_t ctorch_rmsprop_update(
    ctorch_tensor *_Nonnull const *_Nonnull parameters, ctorch_tensor *_Nonnull const *_Nonnull squares,
    int32_t count, double rate, double decay, double weight_decay, double epsilon);
CTORCH_API int32_t ctorch_sgd_update(
    ctorch_tensor *_Nonnull const *_Nonnull parameters, ctorch_tensor *_Nonnull const *_Nonnull velocities,
    int32_t count, double rate, double momentum, double weight_decay);

#pragma clang assume_nonnull end

#endif
