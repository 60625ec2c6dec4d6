#include <ATen/ATen.h>

#include <array>

#include "border.hpp"

using border::optional;
using border::status;
using border::tensor;

namespace {

// libtorch would broadcast, and a column against a row is a loss over all pairs.
void check_target(const at::Tensor &input, const at::Tensor &target) {
  TORCH_CHECK(input.sizes() == target.sizes(), "a loss needs a target of shape ", input.sizes(), ", not ",
              target.sizes());
}

thread_local bool reads_bfloat16 = false;

// A product of input and weight, computed of rounded operands where that is asked for. Autograd rounds likewise on the way
// back, and gives gradients in the operands' own type.
template <typename Product>
at::Tensor product(const ctorch_tensor *input, const ctorch_tensor *weight, const ctorch_tensor *bias,
                   const Product &of) {
  if (!reads_bfloat16) return of(input->value, weight->value, optional(bias));
  auto rounded = optional(bias);
  if (rounded) rounded = rounded->to(at::kBFloat16);
  return of(input->value.to(at::kBFloat16), weight->value.to(at::kBFloat16), rounded)
      .to(input->value.scalar_type());
}

}  // namespace

int32_t ctorch_bfloat16_mode(void) { return reads_bfloat16 ? 1 : 0; }

void ctorch_set_bfloat16_mode(int32_t enabled) { reads_bfloat16 = enabled != 0; }

ctorch_tensor *ctorch_add(const ctorch_tensor *a, const ctorch_tensor *b, double scale) {
  return tensor([&] { return at::add(a->value, b->value, scale); });
}

ctorch_tensor *ctorch_multiply(const ctorch_tensor *a, const ctorch_tensor *b) {
  return tensor([&] { return at::mul(a->value, b->value); });
}

ctorch_tensor *ctorch_add_number(const ctorch_tensor *a, double number) {
  return tensor([&] { return at::add(a->value, number); });
}

ctorch_tensor *ctorch_multiply_number(const ctorch_tensor *a, double number) {
  return tensor([&] { return at::mul(a->value, number); });
}

ctorch_tensor *ctorch_matrix_product(const ctorch_tensor *a, const ctorch_tensor *b) {
  return tensor([&] { return at::matmul(a->value, b->value); });
}

ctorch_tensor *ctorch_exp(const ctorch_tensor *a) {
  return tensor([&] { return at::exp(a->value); });
}

ctorch_tensor *ctorch_square(const ctorch_tensor *a) {
  return tensor([&] { return at::square(a->value); });
}

ctorch_tensor *ctorch_relu(const ctorch_tensor *a) {
  return tensor([&] { return at::relu(a->value); });
}

ctorch_tensor *ctorch_leaky_relu(const ctorch_tensor *a, double slope) {
  return tensor([&] { return at::leaky_relu(a->value, slope); });
}

int32_t ctorch_relu_in_place(ctorch_tensor *a) {
  return status([&] { at::relu_(a->value); });
}

int32_t ctorch_leaky_relu_in_place(ctorch_tensor *a, double slope) {
  return status([&] { at::leaky_relu_(a->value, slope); });
}

ctorch_tensor *ctorch_prelu(const ctorch_tensor *a, const ctorch_tensor *weight) {
  return tensor([&] { return at::prelu(a->value, weight->value); });
}

ctorch_tensor *ctorch_tanh(const ctorch_tensor *a) {
  return tensor([&] { return at::tanh(a->value); });
}

ctorch_tensor *ctorch_sigmoid(const ctorch_tensor *a) {
  return tensor([&] { return at::sigmoid(a->value); });
}

ctorch_tensor *ctorch_softplus(const ctorch_tensor *a) {
  return tensor([&] { return at::softplus(a->value); });
}

ctorch_tensor *ctorch_log_softmax(const ctorch_tensor *a, int32_t dimension) {
  return tensor([&] { return at::log_softmax(a->value, dimension); });
}

ctorch_tensor *ctorch_clamp(const ctorch_tensor *a, double low, double high) {
  return tensor([&] { return at::clamp(a->value, at::Scalar(low), at::Scalar(high)); });
}

ctorch_tensor *ctorch_sum(const ctorch_tensor *a) {
  return tensor([&] { return at::sum(a->value); });
}

ctorch_tensor *ctorch_mean(const ctorch_tensor *a) {
  return tensor([&] { return at::mean(a->value); });
}

ctorch_tensor *ctorch_sum_along(const ctorch_tensor *a, int32_t dimension, int32_t keep) {
  return tensor([&] { return at::sum(a->value, at::IntArrayRef({dimension}), keep != 0); });
}

ctorch_tensor *ctorch_mean_along(const ctorch_tensor *a, int32_t dimension, int32_t keep) {
  return tensor([&] { return at::mean(a->value, at::IntArrayRef({dimension}), keep != 0); });
}

ctorch_tensor *ctorch_argmax_along(const ctorch_tensor *a, int32_t dimension) {
  return tensor([&] { return at::argmax(a->value, dimension); });
}

ctorch_tensor *ctorch_reshape(const ctorch_tensor *a, const int64_t *sizes, int32_t rank) {
  return tensor([&] { return at::reshape(a->value, border::shape(sizes, rank)); });
}

ctorch_tensor *ctorch_narrow(const ctorch_tensor *a, int32_t dimension, int64_t start, int64_t length) {
  return tensor([&] { return at::narrow(a->value, dimension, start, length); });
}

ctorch_tensor *ctorch_transpose(const ctorch_tensor *a, int32_t first, int32_t second) {
  return tensor([&] { return at::transpose(a->value, first, second); });
}

ctorch_tensor *ctorch_concatenate(const ctorch_tensor *const *tensors, int32_t count, int32_t dimension) {
  return tensor([&] { return at::cat(border::list(tensors, count), dimension); });
}

ctorch_tensor *ctorch_linear(const ctorch_tensor *input, const ctorch_tensor *weight, const ctorch_tensor *bias) {
  return tensor([&] {
    return product(input, weight, bias,
                   [](const auto &input, const auto &weight, const auto &bias) { return at::linear(input, weight, bias); });
  });
}

ctorch_tensor *ctorch_conv2d(const ctorch_tensor *input, const ctorch_tensor *weight, const ctorch_tensor *bias,
                             int64_t stride, int64_t padding) {
  return tensor([&] {
    return product(input, weight, bias, [&](const auto &input, const auto &weight, const auto &bias) {
      return at::conv2d(input, weight, bias, at::IntArrayRef({stride, stride}), at::IntArrayRef({padding, padding}));
    });
  });
}

ctorch_tensor *ctorch_conv_transpose2d(const ctorch_tensor *input, const ctorch_tensor *weight,
                                       const ctorch_tensor *bias, int64_t stride, int64_t padding,
                                       int64_t output_padding) {
  return tensor([&] {
    return product(input, weight, bias, [&](const auto &input, const auto &weight, const auto &bias) {
      return at::conv_transpose2d(input, weight, bias, at::IntArrayRef({stride, stride}),
                                  at::IntArrayRef({padding, padding}),
                                  at::IntArrayRef({output_padding, output_padding}));
    });
  });
}

ctorch_tensor *ctorch_max_pool2d(const ctorch_tensor *input, int64_t kernel, int64_t stride, int32_t ceil_mode) {
  return tensor([&] {
    return at::max_pool2d(input->value, at::IntArrayRef({kernel, kernel}), at::IntArrayRef({stride, stride}),
                          at::IntArrayRef({0, 0}), at::IntArrayRef({1, 1}), ceil_mode != 0);
  });
}

ctorch_tensor *ctorch_max_pool2d_with_positions(const ctorch_tensor *input, int64_t kernel,
                                                ctorch_tensor **positions) {
  *positions = nullptr;
  return tensor([&] {
    const std::array<int64_t, 2> window{kernel, kernel};
    auto [maxima, where] = at::max_pool2d_with_indices(input->value, window, window);
    *positions = new ctorch_tensor{where};
    return maxima;
  });
}

ctorch_tensor *ctorch_max_unpool2d(const ctorch_tensor *input, const ctorch_tensor *positions, int64_t height,
                                   int64_t width) {
  return tensor([&] {
    return at::max_unpool2d(input->value, positions->value, at::IntArrayRef({height, width}));
  });
}

ctorch_tensor *ctorch_upsample_nearest2d(const ctorch_tensor *input, int64_t factor) {
  return tensor([&] {
    TORCH_CHECK(input->value.dim() == 4, "upsampling needs an input of 4 dimensions, not ", input->value.dim());
    const std::array<int64_t, 2> size{input->value.size(2) * factor, input->value.size(3) * factor};
    return at::upsample_nearest2d(input->value, at::IntArrayRef(size));
  });
}

ctorch_tensor *ctorch_upsample_bilinear2d(const ctorch_tensor *input, int64_t height, int64_t width) {
  return tensor([&] {
    const std::array<int64_t, 2> size{height, width};
    return at::upsample_bilinear2d(input->value, at::IntArrayRef(size), false);
  });
}

ctorch_tensor *ctorch_reflection_pad2d(const ctorch_tensor *input, int64_t padding) {
  return tensor([&] {
    const std::array<int64_t, 4> sides{padding, padding, padding, padding};
    return at::reflection_pad2d(input->value, at::IntArrayRef(sides));
  });
}

ctorch_tensor *ctorch_instance_norm(const ctorch_tensor *input, const ctorch_tensor *weight,
                                    const ctorch_tensor *bias, double epsilon) {
  return tensor([&] {
    TORCH_CHECK(input->value.dim() == 4 && input->value.size(2) * input->value.size(3) > 1,
                "an image has no variance of its own in maps of shape ", input->value.sizes());
    // One image is its own batch. libtorch's function would copy maps that are stored with channels last.
    if (input->value.size(0) == 1) {
      return at::batch_norm(input->value, weight->value, bias->value, {}, {}, true, 0, epsilon, true);
    }
    return at::instance_norm(input->value, weight->value, bias->value, {}, {}, true, 0, epsilon, true);
  });
}

ctorch_tensor *ctorch_batch_norm(const ctorch_tensor *input, const ctorch_tensor *weight,
                                 const ctorch_tensor *bias, ctorch_tensor *running_mean,
                                 ctorch_tensor *running_variance, int32_t training, double momentum,
                                 double epsilon) {
  return tensor([&] {
    // libtorch would go on with a variance that is no number.
    TORCH_CHECK(!training || input->value.dim() < 2 || input->value.numel() > input->value.size(1),
                "training needs more than one value for each channel");
    return at::batch_norm(input->value, weight->value, bias->value, optional(running_mean),
                          optional(running_variance), training != 0, momentum, epsilon, true);
  });
}

ctorch_tensor *ctorch_dropout(const ctorch_tensor *input, double rate, ctorch_generator *generator) {
  return tensor([&] {
    // libtorch's own dropout draws from the global generator.
    TORCH_CHECK(rate >= 0 && rate < 1, "a dropout rate lies in 0..<1, not ", rate);
    const at::Tensor kept = at::empty_like(input->value.detach(), at::MemoryFormat::Contiguous);
    return input->value * kept.bernoulli_(1 - rate, generator->value).div_(1 - rate);
  });
}

ctorch_tensor *ctorch_channels_last(const ctorch_tensor *input) {
  return tensor([&] { return input->value.contiguous(at::MemoryFormat::ChannelsLast); });
}

ctorch_tensor *ctorch_row_major(const ctorch_tensor *input) {
  return tensor([&] { return input->value.contiguous(); });
}

ctorch_tensor *ctorch_bce_with_logits(const ctorch_tensor *logits, const ctorch_tensor *target,
                                      ctorch_reduction reduction) {
  return tensor([&] {
    check_target(logits->value, target->value);
    return at::binary_cross_entropy_with_logits(logits->value, target->value, {}, {}, reduction);
  });
}

ctorch_tensor *ctorch_cross_entropy(const ctorch_tensor *logits, const ctorch_tensor *target,
                                    ctorch_reduction reduction) {
  return tensor([&] {
    TORCH_CHECK(logits->value.dim() == 2 && target->value.dim() == 1 && logits->value.size(0) == target->value.size(0),
                "cross-entropy needs logits [n, classes] and n indices, not ", logits->value.sizes(), " and ",
                target->value.sizes());
    return at::cross_entropy_loss(logits->value, target->value, {}, reduction);
  });
}

ctorch_tensor *ctorch_pixel_cross_entropy(const ctorch_tensor *logits, const ctorch_tensor *target, int64_t ignored,
                                          ctorch_reduction reduction) {
  return tensor([&] {
    const at::Tensor &scores = logits->value, &classes = target->value;
    TORCH_CHECK(scores.dim() == 4 && classes.dim() == 3 && scores.size(0) == classes.size(0) &&
                    scores.size(2) == classes.size(1) && scores.size(3) == classes.size(2),
                "cross-entropy of pixels needs logits [n, classes, h, w] and indices [n, h, w], not ", scores.sizes(),
                " and ", classes.sizes());
    return at::cross_entropy_loss(scores, classes, {}, reduction, ignored);
  });
}

ctorch_tensor *ctorch_mae(const ctorch_tensor *input, const ctorch_tensor *target, ctorch_reduction reduction) {
  return tensor([&] {
    check_target(input->value, target->value);
    return at::l1_loss(input->value, target->value, reduction);
  });
}

ctorch_tensor *ctorch_mse(const ctorch_tensor *input, const ctorch_tensor *target, ctorch_reduction reduction) {
  return tensor([&] {
    check_target(input->value, target->value);
    return at::mse_loss(input->value, target->value, reduction);
  });
}
