#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/GradMode.h>

#include <cstring>

#include "border.hpp"

using border::shape;
using border::status;
using border::tensor;

namespace {

at::TensorOptions floats(ctorch_device device) {
  return at::TensorOptions().dtype(at::kFloat).device(border::device(device));
}

// The elements row-major in host memory, detached; shares storage where it can.
at::Tensor on_host(const at::Tensor &tensor) {
  return tensor.detach().to(at::TensorOptions().dtype(at::kFloat).device(at::kCPU)).contiguous();
}

template <typename Element>
at::Tensor copied(const Element *values, const int64_t *sizes, int32_t rank, at::ScalarType type,
                  ctorch_device device) {
  // A copy, and only one: libtorch owns its memory, whatever happens to the caller's.
  at::Tensor host = at::empty(shape(sizes, rank), at::TensorOptions().dtype(type));
  if (host.numel() > 0) std::memcpy(host.data_ptr(), values, host.nbytes());
  return host.to(border::device(device));
}

void check_count(const at::Tensor &tensor, int64_t count) {
  TORCH_CHECK(tensor.numel() == count, "the tensor has ", tensor.numel(), " elements, the buffer ", count);
}

at::TensorOptions on_device_of(const ctorch_generator *generator) {
  return at::TensorOptions().dtype(at::kFloat).device(generator->value.device());
}

}  // namespace

ctorch_tensor *ctorch_from_floats(const float *values, const int64_t *sizes, int32_t rank, ctorch_device device) {
  return tensor([&] { return copied(values, sizes, rank, at::kFloat, device); });
}

ctorch_tensor *ctorch_from_indices(const int64_t *values, const int64_t *sizes, int32_t rank,
                                   ctorch_device device) {
  return tensor([&] { return copied(values, sizes, rank, at::kLong, device); });
}

ctorch_tensor *ctorch_full(const int64_t *sizes, int32_t rank, double value, ctorch_device device) {
  return tensor([&] { return at::full(shape(sizes, rank), value, floats(device)); });
}

ctorch_tensor *ctorch_full_like(const ctorch_tensor *like, double value) {
  return tensor([&] { return at::full_like(like->value, value, like->value.options().requires_grad(false)); });
}

ctorch_tensor *ctorch_column_major(const ctorch_tensor *matrix) {
  return tensor([&] { return matrix->value.t().contiguous().t(); });
}

ctorch_tensor *ctorch_empty(const int64_t *sizes, int32_t rank, ctorch_device device) {
  return tensor([&] { return at::empty(shape(sizes, rank), floats(device)); });
}

void ctorch_free(ctorch_tensor *tensor) { delete tensor; }

int32_t ctorch_rank(const ctorch_tensor *tensor) { return static_cast<int32_t>(tensor->value.dim()); }

int64_t ctorch_size(const ctorch_tensor *tensor, int32_t dimension) {
  return tensor->value.sizes()[static_cast<size_t>(dimension)];
}

int64_t ctorch_count(const ctorch_tensor *tensor) { return tensor->value.numel(); }

ctorch_device ctorch_device_of(const ctorch_tensor *tensor) {
  return tensor->value.is_cuda() ? CTORCH_CUDA : CTORCH_CPU;
}

ctorch_tensor *ctorch_to_device(const ctorch_tensor *a, ctorch_device device) {
  return tensor([&] { return a->value.to(border::device(device)); });
}

int32_t ctorch_read(const ctorch_tensor *tensor, float *values, int64_t count) {
  return status([&] {
    check_count(tensor->value, count);
    if (count == 0) return;
    const at::Tensor host = on_host(tensor->value);
    std::memcpy(values, host.const_data_ptr<float>(), host.nbytes());
  });
}

int32_t ctorch_write(ctorch_tensor *tensor, const float *values, int64_t count) {
  return status([&] {
    check_count(tensor->value, count);
    if (count == 0) return;
    const at::Tensor source = at::from_blob(const_cast<float *>(values), tensor->value.sizes(),
                                            at::TensorOptions().dtype(at::kFloat));
    tensor->value.detach().copy_(source);
  });
}

float *ctorch_elements(ctorch_tensor *tensor) {
  float *elements = nullptr;
  border::guarded([&] {
    const at::Tensor &value = tensor->value;
    TORCH_CHECK(value.is_cpu() && value.is_contiguous() && value.scalar_type() == at::kFloat,
                "elements in place need a contiguous tensor of 32-bit floats in host memory");
    elements = value.data_ptr<float>();
  });
  return elements;
}

int32_t ctorch_scalar(const ctorch_tensor *tensor, double *value) {
  return status([&] { *value = tensor->value.item<double>(); });
}

int32_t ctorch_assign(ctorch_tensor *target, const ctorch_tensor *source) {
  return status([&] {
    TORCH_CHECK(target->value.sizes() == source->value.sizes(), "cannot assign ", source->value.sizes(), " to ",
                target->value.sizes());
    target->value.detach().copy_(source->value.detach());
  });
}

ctorch_tensor *ctorch_copy(const ctorch_tensor *a) {
  return tensor([&] { return a->value.detach().clone(); });
}

int32_t ctorch_set_requires_gradient(ctorch_tensor *tensor, int32_t required) {
  return status([&] { tensor->value.set_requires_grad(required != 0); });
}

int32_t ctorch_requires_gradient(const ctorch_tensor *tensor) { return tensor->value.requires_grad() ? 1 : 0; }

int32_t ctorch_has_gradient(const ctorch_tensor *tensor) { return tensor->value.grad().defined() ? 1 : 0; }

ctorch_tensor *ctorch_gradient(const ctorch_tensor *a) {
  return tensor([&] {
    const at::Tensor &gradient = a->value.grad();
    TORCH_CHECK(gradient.defined(), "no gradient has reached this tensor");
    return gradient;
  });
}

int32_t ctorch_clear_gradients(ctorch_tensor *const *tensors, int32_t count) {
  return status([&] {
    for (int32_t i = 0; i < count; ++i) tensors[i]->value.mutable_grad() = at::Tensor();
  });
}

int32_t ctorch_backward(const ctorch_tensor *tensor) {
  return status([&] { tensor->value.backward(); });
}

ctorch_tensor *ctorch_detach(const ctorch_tensor *a) {
  return tensor([&] { return a->value.detach(); });
}

int32_t ctorch_gradient_mode(void) { return c10::GradMode::is_enabled() ? 1 : 0; }

void ctorch_set_gradient_mode(int32_t enabled) { c10::GradMode::set_enabled(enabled != 0); }

ctorch_generator *ctorch_generator_make(uint64_t seed, ctorch_device device) {
  ctorch_generator *result = nullptr;
  border::guarded([&] {
    at::Generator generator = device == CTORCH_CUDA ? at::detail::getCUDAHooks().getNewGenerator(0)
                                                    : at::make_generator<at::CPUGeneratorImpl>(seed);
    generator.set_current_seed(seed);
    result = new ctorch_generator{std::move(generator)};
  });
  return result;
}

void ctorch_generator_free(ctorch_generator *generator) { delete generator; }

int64_t ctorch_generator_state_size(const ctorch_generator *generator) {
  int64_t size = -1;
  border::guarded([&] { size = generator->value.get_state().numel(); });
  return size;
}

int32_t ctorch_generator_state(const ctorch_generator *generator, uint8_t *bytes, int64_t count) {
  return status([&] {
    const at::Tensor state = generator->value.get_state().contiguous();
    check_count(state, count);
    std::memcpy(bytes, state.const_data_ptr<uint8_t>(), static_cast<size_t>(count));
  });
}

int32_t ctorch_generator_set_state(ctorch_generator *generator, const uint8_t *bytes, int64_t count) {
  return status([&] {
    at::Tensor state = at::empty({count}, at::TensorOptions().dtype(at::kByte));
    if (count > 0) std::memcpy(state.data_ptr<uint8_t>(), bytes, static_cast<size_t>(count));
    generator->value.set_state(state);
  });
}

ctorch_tensor *ctorch_normal(const int64_t *sizes, int32_t rank, double mean, double deviation,
                             ctorch_generator *generator) {
  return tensor([&] {
    return at::empty(shape(sizes, rank), on_device_of(generator)).normal_(mean, deviation, generator->value);
  });
}

ctorch_tensor *ctorch_uniform(const int64_t *sizes, int32_t rank, double low, double high,
                              ctorch_generator *generator) {
  return tensor([&] {
    return at::empty(shape(sizes, rank), on_device_of(generator)).uniform_(low, high, generator->value);
  });
}
