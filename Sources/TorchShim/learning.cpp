#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <atomic>
#include <functional>

#include "border.hpp"

extern "C" {
#include "kernels.h"
}

// OpenMP's entry, of the library that libtorch itself brings. Without it one thread does the work.
extern "C" __attribute__((weak)) void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

// Runs `body` for every part of 0..<count, `grain` wide. Which thread does what changes no result.
void in_parallel(size_t count, size_t grain, const std::function<void(size_t, size_t)> &body) {
  struct Work {
    const std::function<void(size_t, size_t)> &body;
    size_t count, grain;
    std::atomic<size_t> next{0};
  } work{body, count, grain};
  const auto run = [](void *data) {
    auto &work = *static_cast<Work *>(data);
    while (true) {
      const size_t first = work.next.fetch_add(work.grain);
      if (first >= work.count) return;
      work.body(first, std::min(first + work.grain, work.count));
    }
  };
  const auto threads = static_cast<unsigned>(at::get_num_threads());
  if (GOMP_parallel && threads > 1 && count > grain) {
    GOMP_parallel(run, &work, threads, 0);
  } else {
    run(&work);
  }
}

// The elements of a matrix that are not zero, by its rows.
struct Sparse {
  std::vector<int32_t> starts{0}, places;
  std::vector<float> values;

  explicit Sparse(const at::Tensor &matrix) {
    const float *elements = matrix.const_data_ptr<float>();
    const int64_t rows = matrix.size(0), columns = matrix.size(1);
    for (int64_t r = 0; r < rows; ++r) {
      for (int64_t c = 0; c < columns; ++c) {
        const float value = elements[r * columns + c];
        if (value == 0) continue;
        places.push_back(static_cast<int32_t>(c));
        values.push_back(value);
      }
      starts.push_back(static_cast<int32_t>(places.size()));
    }
  }
};

// The same by its columns, without those that are zero.
struct Columns {
  std::vector<int32_t> names, starts{0}, items;
  std::vector<float> values;

  Columns(const Sparse &rows, size_t columns) : items(rows.places.size()), values(rows.places.size()) {
    std::vector<int32_t> counts(columns);
    for (const int32_t place : rows.places) ++counts[static_cast<size_t>(place)];
    std::vector<int32_t> next(columns);
    for (size_t c = 0; c < columns; ++c) {
      if (counts[c] == 0) continue;
      next[c] = starts.back();
      names.push_back(static_cast<int32_t>(c));
      starts.push_back(starts.back() + counts[c]);
    }
    for (size_t r = 0; r + 1 < rows.starts.size(); ++r) {
      for (auto k = static_cast<size_t>(rows.starts[r]); k < static_cast<size_t>(rows.starts[r + 1]); ++k) {
        const auto target = static_cast<size_t>(next[static_cast<size_t>(rows.places[k])]++);
        items[target] = static_cast<int32_t>(r);
        values[target] = rows.values[k];
      }
    }
  }
};

// Columns of [n, width] as vectors of n elements, in the panels of the kernels.
std::vector<float> panels(const at::Tensor &matrix) {
  const float *elements = matrix.const_data_ptr<float>();
  const auto rows = static_cast<size_t>(matrix.size(0)), columns = static_cast<size_t>(matrix.size(1));
  const size_t count = (columns + ck_panel_width - 1) / ck_panel_width;
  std::vector<float> result(count * rows * ck_panel_width);
  for (size_t p = 0; p < count; ++p) {
    const size_t first = p * ck_panel_width, width = std::min<size_t>(ck_panel_width, columns - first);
    for (size_t r = 0; r < rows; ++r) {
      std::copy_n(elements + r * columns + first, width, result.data() + (p * rows + r) * ck_panel_width);
    }
  }
  return result;
}

// A linear layer whose weights take their Adagrad step in the backward pass, each tile as soon as its gradient is known.
// The bias has a gradient like any other. Where bf16 is asked for, the operands of products are rounded to it; what moves
// are the weights themselves. The forward pass of sparse inputs is sums of weights without a product, and rounds nothing.
struct LearningLinear : torch::autograd::Function<LearningLinear> {
  static Variable forward(AutogradContext *context, const Variable &input, const Variable &weight, const Variable &bias,
                          const at::Tensor &squares, double rate, double epsilon) {
    const at::Tensor x = input.contiguous();
    context->save_for_backward({x, weight});
    context->saved_data["squares"] = squares;
    context->saved_data["rate"] = rate;
    context->saved_data["epsilon"] = epsilon;
    const bool rounds = ctorch_bfloat16_mode() != 0;
    context->saved_data["rounds"] = rounds;
    if (rounds && weight.is_contiguous()) {
      const at::Tensor rounded = weight.to(at::kBFloat16);
      // The backward pass reads them too.
      context->saved_data["rounded"] = rounded;
      return at::linear(x.to(at::kBFloat16), rounded, bias.to(at::kBFloat16)).to(at::kFloat);
    }
    at::Tensor result = at::empty({x.size(0), weight.size(0)}, x.options());
    const auto batch = static_cast<size_t>(x.size(0)), inputs = static_cast<size_t>(x.size(1));
    const auto outputs = static_cast<size_t>(weight.size(0));
    const float *w = weight.const_data_ptr<float>(), *offsets = bias.const_data_ptr<float>();
    float *out = result.data_ptr<float>();
    const auto *kernels = ck_best_kernels();
    if (weight.is_contiguous()) {
      const auto items = panels(x.t().contiguous());
      in_parallel(outputs, dense_grain, [&](size_t first, size_t end) {
        kernels->linear(w + first * inputs, end - first, inputs, items.data(), batch, offsets + first, out + first, outputs);
      });
    } else {
      const Sparse sparse(x);
      in_parallel(outputs, sparse_grain, [&](size_t first, size_t end) {
        kernels->sparse_products(w, sparse.starts.data(), sparse.places.data(), sparse.values.data(), batch, offsets,
                                 first, end, out, outputs);
      });
    }
    return result;
  }

  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    at::NoGradGuard no_gradients;
    const auto saved = context->get_saved_variables();
    const bool rounds = context->saved_data["rounds"].toBool();
    // Numbers of eight bits, as the kernels read them.
    const auto operand = [rounds](const at::Tensor &values) {
      return rounds ? values.to(at::kBFloat16).to(at::kFloat) : values;
    };
    const at::Tensor x = operand(saved[0]), &weight = saved[1], errors = operand(gradients[0].contiguous());
    at::Tensor squares = context->saved_data["squares"].toTensor();
    const auto rate = static_cast<float>(context->saved_data["rate"].toDouble());
    const auto epsilon = static_cast<float>(context->saved_data["epsilon"].toDouble());
    at::Tensor back;
    // What the kernel that moves the weights finds on its way.
    float *found = nullptr;
    if (context->needs_input_grad(0)) {
      if (rounds) {
        const at::Tensor rounded = weight.is_contiguous() ? context->saved_data["rounded"].toTensor() : weight.to(at::kBFloat16);
        back = at::mm(errors.to(at::kBFloat16), rounded).to(at::kFloat);
      } else if (weight.is_contiguous()) {
        back = at::empty_like(x);
        found = back.data_ptr<float>();
      } else {
        back = at::mm(errors, weight);
      }
    }
    const at::Tensor bias = errors.sum(0);
    float *w = weight.data_ptr<float>(), *s = squares.data_ptr<float>();
    const auto outputs = static_cast<size_t>(weight.size(0)), inputs = static_cast<size_t>(weight.size(1));
    const auto batch = static_cast<size_t>(x.size(0));
    const auto *kernels = ck_best_kernels();
    if (weight.is_contiguous()) {
      const auto vectors = panels(x);
      const at::Tensor turned = errors.t().contiguous();
      const float *e = turned.const_data_ptr<float>();
      // Inputs are shared out, so that each sum of `found` is one thread's.
      const size_t strips = (inputs + strip - 1) / strip, parts = 2 * static_cast<size_t>(at::get_num_threads());
      const size_t grain = parts > 2 ? (strips + parts - 1) / parts * strip : inputs;
      in_parallel(inputs, grain, [&](size_t first, size_t end) {
        kernels->adagrad(e, outputs, batch, vectors.data() + first * batch, end - first, rate, epsilon, w + first,
                         s + first, found ? found + first : nullptr, inputs);
      });
    } else {
      const Columns columns(Sparse(x), inputs);
      const float *e = errors.const_data_ptr<float>();
      in_parallel(columns.names.size(), sparse_grain, [&](size_t first, size_t end) {
        kernels->adagrad_rows(e, columns.names.data() + first, end - first, columns.starts.data() + first,
                              columns.items.data(), columns.values.data(), 0, outputs, rate, epsilon, w, s, outputs);
      });
    }
    // Whoever still holds the weights for a derivative is told that they have moved.
    weight.unsafeGetTensorImpl()->bump_version();
    return {back, at::Tensor(), bias, at::Tensor(), at::Tensor(), at::Tensor()};
  }

 private:
  // Multiples of all tiles' heights, of all tiles' widths, and of a vector, respectively.
  static constexpr size_t dense_grain = 48, strip = 2 * ck_panel_width, sparse_grain = 128;
};

bool is_stored_by_rows_or_columns(const at::Tensor &tensor) {
  return tensor.dim() == 2 && (tensor.is_contiguous() || tensor.t().is_contiguous());
}

}  // namespace

ctorch_tensor *ctorch_adagrad_linear(const ctorch_tensor *input, const ctorch_tensor *weight, const ctorch_tensor *bias,
                                     ctorch_tensor *squares, double rate, double epsilon) {
  return border::tensor([&] {
    const at::Tensor &w = weight->value, &s = squares->value;
    TORCH_CHECK(is_stored_by_rows_or_columns(w) && w.strides() == s.strides() && w.sizes() == s.sizes(),
                "weights and their sums of squares must be stored alike");
    TORCH_CHECK(w.is_cpu() && s.is_cpu() && input->value.is_cpu() && bias->value.is_cpu() && w.size(0) > 0,
                "layers that learn have outputs and live in the processor's memory");
    TORCH_CHECK(input->value.dim() == 2 && input->value.size(1) == w.size(1) && bias->value.numel() == w.size(0),
                "a layer of ", w.size(1), " inputs and ", w.size(0), " outputs takes [n, ", w.size(1), "], not ",
                input->value.sizes());
    return LearningLinear::apply(input->value, w, bias->value.contiguous(), s, rate, epsilon);
  });
}
