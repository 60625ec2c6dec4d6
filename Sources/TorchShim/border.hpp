// The border between C++ and C: handles, and the only place where exceptions are caught.
#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>

#include <string>
#include <vector>

#include "ctorch.h"

#define CTORCH_FUNCTION(result, name, ...) result ctorch_##name(__VA_ARGS__);
#include "functions.def"
#undef CTORCH_FUNCTION

struct ctorch_tensor {
  at::Tensor value;
};

struct ctorch_generator {
  at::Generator value;
};

namespace border {

std::string &last_error();

inline at::IntArrayRef shape(const int64_t *sizes, int32_t rank) {
  return at::IntArrayRef(sizes, static_cast<size_t>(rank));
}

inline c10::Device device(ctorch_device device) {
  return c10::Device(device == CTORCH_CUDA ? c10::DeviceType::CUDA : c10::DeviceType::CPU,
                     device == CTORCH_CUDA ? 0 : -1);
}

inline std::optional<at::Tensor> optional(const ctorch_tensor *tensor) {
  return tensor ? std::optional<at::Tensor>(tensor->value) : std::nullopt;
}

template <typename Handle>
std::vector<at::Tensor> list(Handle *const *tensors, int32_t count) {
  std::vector<at::Tensor> values;
  values.reserve(static_cast<size_t>(count));
  for (int32_t i = 0; i < count; ++i) values.push_back(tensors[i]->value);
  return values;
}

// Runs `body`; false when it threw, with the reason in last_error().
template <typename Body>
bool guarded(Body &&body) noexcept {
  try {
    body();
    return true;
  } catch (const c10::Error &error) {
    last_error() = error.what_without_backtrace();
  } catch (const std::exception &error) {
    last_error() = error.what();
  } catch (...) {
    last_error() = "an exception of unknown type";
  }
  return false;
}

template <typename Body>
ctorch_tensor *tensor(Body &&body) noexcept {
  ctorch_tensor *result = nullptr;
  guarded([&] { result = new ctorch_tensor{body()}; });
  return result;
}

template <typename Body>
int32_t status(Body &&body) noexcept {
  return guarded(body) ? 0 : -1;
}

}  // namespace border
