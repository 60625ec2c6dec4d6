#include "border.hpp"

namespace {

// In the order of the header, and checked against its types.
constexpr ctorch_functions functions = {
#define CTORCH_FUNCTION(result, name, ...) ctorch_##name,
#include "functions.def"
#undef CTORCH_FUNCTION
};

}  // namespace

extern "C" __attribute__((visibility("default"))) const ctorch_functions *ctorch_table(void) { return &functions; }
