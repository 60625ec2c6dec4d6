#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include "border.hpp"

namespace {

// The parameters that a gradient has reached, and what belongs to them.
struct Selection {
  std::vector<at::Tensor> parameters, gradients, first, second;

  Selection(ctorch_tensor *const *all, int32_t count, ctorch_tensor *const *first_state,
            ctorch_tensor *const *second_state) {
    for (int32_t i = 0; i < count; ++i) {
      const at::Tensor &gradient = all[i]->value.grad();
      if (!gradient.defined()) continue;
      parameters.push_back(all[i]->value);
      // The fused kernels go through memory, not through indices.
      const bool alike = gradient.strides() == parameters.back().strides();
      gradients.push_back(alike ? gradient : at::empty_like(parameters.back()).copy_(gradient));
      first.push_back(first_state[i]->value);
      if (second_state) second.push_back(second_state[i]->value);
    }
  }

  bool empty() const { return parameters.empty(); }

  // The fused kernels want a step counter for each parameter, and only read it.
  std::vector<at::Tensor> steps(int64_t step) const {
    const at::Tensor counter =
        at::full({}, static_cast<double>(step), parameters.front().options().requires_grad(false));
    return std::vector<at::Tensor>(parameters.size(), counter);
  }

  bool fused_kernel_exists(const char *name) const {
    const auto handle = c10::Dispatcher::singleton().findSchema({name, ""});
    const auto key = parameters.front().is_cuda() ? c10::DispatchKey::CUDA : c10::DispatchKey::CPU;
    return handle && handle->hasKernelForDispatchKey(key);
  }
};

}  // namespace

int32_t ctorch_adagrad_update(ctorch_tensor *const *parameters, ctorch_tensor *const *squares, int32_t count,
                              int64_t step, double rate, double rate_decay, double weight_decay, double epsilon) {
  return border::status([&] {
    at::NoGradGuard no_gradients;
    Selection chosen(parameters, count, squares, nullptr);
    if (chosen.empty()) return;
    if (chosen.fused_kernel_exists("aten::_fused_adagrad_")) {
      at::_fused_adagrad_(chosen.parameters, chosen.gradients, chosen.first, chosen.steps(step), rate, rate_decay,
                          weight_decay, epsilon, false);
      return;
    }
    auto gradients = weight_decay == 0
                         ? chosen.gradients
                         : at::_foreach_add(chosen.gradients, chosen.parameters, weight_decay);
    at::_foreach_addcmul_(chosen.first, gradients, gradients, 1.0);
    auto denominators = at::_foreach_sqrt(chosen.first);
    at::_foreach_add_(denominators, epsilon);
    const double now = rate / (1 + static_cast<double>(step - 1) * rate_decay);
    at::_foreach_addcdiv_(chosen.parameters, gradients, denominators, -now);
  });
}

int32_t ctorch_adam_update(ctorch_tensor *const *parameters, ctorch_tensor *const *means,
                           ctorch_tensor *const *squares, int32_t count, int64_t step, double rate, double beta1,
                           double beta2, double weight_decay, int32_t decoupled, double epsilon) {
  return border::status([&] {
    at::NoGradGuard no_gradients;
    Selection chosen(parameters, count, means, squares);
    if (chosen.empty()) return;
    const auto steps = chosen.steps(step);
    if (decoupled) {
      at::_fused_adamw_(chosen.parameters, chosen.gradients, chosen.first, chosen.second, {}, steps, rate, beta1, beta2,
                        weight_decay, epsilon, false, false);
    } else {
      at::_fused_adam_(chosen.parameters, chosen.gradients, chosen.first, chosen.second, {}, steps, rate, beta1, beta2,
                       weight_decay, epsilon, false, false);
    }
  });
}

int32_t ctorch_rmsprop_update(ctorch_tensor *const *parameters, ctorch_tensor *const *squares, int32_t count,
                              double rate, double decay, double weight_decay, double epsilon) {
  return border::status([&] {
    at::NoGradGuard no_gradients;
    Selection chosen(parameters, count, squares, nullptr);
    if (chosen.empty()) return;
    auto gradients = weight_decay == 0
                         ? chosen.gradients
                         : at::_foreach_add(chosen.gradients, chosen.parameters, weight_decay);
    at::_foreach_mul_(chosen.first, decay);
    at::_foreach_addcmul_(chosen.first, gradients, gradients, 1 - decay);
    auto denominators = at::_foreach_sqrt(chosen.first);
    at::_foreach_add_(denominators, epsilon);
    at::_foreach_addcdiv_(chosen.parameters, gradients, denominators, -rate);
  });
}

int32_t ctorch_sgd_update(ctorch_tensor *const *parameters, ctorch_tensor *const *velocities, int32_t count,
                          double rate, double momentum, double weight_decay) {
  return border::status([&] {
    at::NoGradGuard no_gradients;
    Selection chosen(parameters, count, velocities, nullptr);
    if (chosen.empty()) return;
    // Velocities start at zero, so the first step is like any other.
    at::_fused_sgd_(chosen.parameters, chosen.gradients, chosen.first, weight_decay, momentum, rate, 0, false, false,
                    false);
  });
}
