#pragma once
// The inner loops that Swift's baseline instruction set would run at a quarter of the processor's speed. Plain C on
// vector types, compiled once for each instruction set. Nothing is allocated and nothing is kept: all memory is the
// caller's.
//
// A set of K vectors (centroids, rows of a matrix) comes in panels: `panel_count` panels of `ck_panel_width` vectors,
// in a panel element i of its vectors beside each other, so panel p is at `panels + p * dimension * ck_panel_width`.
// Vectors beyond K are zero. `rows` is row-major, `row_count` x `dimension`. Each result depends on its own row and
// vector alone, never on the other rows of the call.

#include <stddef.h>
#include <stdint.h>

enum { ck_panel_width = 16 };
/// Rows that one call of `nearest_bounded` serves at most.
enum { ck_bounded_rows = 512 };

#pragma clang assume_nonnull begin

/// The kernels for one instruction set. AVX2 and AVX-512 give the same bits, but for `narrow_products`, which adds in an
/// order that follows the width of a register.
struct ck_kernels {
  /// out[r][k] = <rows[r], vector k> + bias[k] for k < count; rows of `out` are `stride` apart. `bias` fills its
  /// panels.
  void (*affine)(const float *rows, size_t row_count, size_t dimension, const float *panels, const float *bias,
                 size_t count, float *out, size_t stride);

  /// nearest[r] = argmin_k squares[k] - 2 <rows[r], vector k>, the first one where several are equal, and that
  /// minimum. With squares[k] = |vector k|^2 the minimum is the squared distance less |rows[r]|^2. Infinite `squares`
  /// behind K.
  void (*nearest)(const float *rows, size_t row_count, size_t dimension, const float *panels, const float *squares,
                  size_t panel_count, int32_t *nearest, float *minimum);

  /// The same answer as `nearest`, to the bit, without the panels that cannot hold it. On entry `nearest` has any
  /// vector for each row, the better the faster; `bounds` has, for each panel, a bound for each of `ck_bounded_rows`
  /// rows, in units: bounds[p][r] * unit - moved[p] is at most the distance of row r from every vector of panel p. 0
  /// always is such a bound; what is computed is written back. `moved[p]` is a distance that no vector of the panel
  /// has exceeded since the bounds were 0. A panel is skipped when its bound exceeds the distance of the row's
  /// present vector by more than rounding could make up for. `vectors` has them row by row, `largest` the largest
  /// norm among them. Answers how many pairs of row and panel were computed.
  size_t (*nearest_bounded)(const float *rows, size_t row_count, size_t dimension, const float *panels,
                            const float *squares, size_t panel_count, const float *vectors, float largest,
                            float unit, const float *moved, uint16_t *bounds, int32_t *nearest, float *minimum);

  /// out[r][k] = |rows[r] - vector k| and sums[r] = sum_k out[r][k], all panels written; negative infinity in
  /// `squares` behind K gives 0 there.
  void (*distances)(const float *rows, size_t row_count, size_t dimension, const float *panels, const float *squares,
                    size_t panel_count, float *out, size_t stride, float *sums);

  /// pooled[k] += sum_r max(0, means[r] - distances[r][k]) for k < count.
  void (*add_triangle)(const float *distances, size_t row_count, size_t stride, const float *means, size_t count,
                       float *pooled);

  /// row <- (row - mean) / sqrt(variance + offset) with the sample variance (n - 1), for every row.
  void (*normalise_contrast)(float *rows, size_t row_count, size_t dimension, float offset);

  // Products of a few vectors with many rows, which a general matrix product spends on copying the rows.

  /// out[v][r] = <vector v, rows[r]>; vectors are `dimension` apart, rows of `out` `stride` apart. Sums of 512
  /// products are added up, so that their rounding does not grow with the dimension.
  void (*narrow_products)(const float *vectors, size_t vector_count, const float *rows, size_t row_count,
                          size_t dimension, float *out, size_t stride);

  /// out[v][i] += sum_r weights[v][r] rows[r][i] for first <= i < end; rows and rows of `out` are `dimension` apart,
  /// those of `weights` `stride`.
  void (*narrow_sums)(const float *weights, size_t stride, size_t vector_count, const float *rows, size_t row_count,
                      size_t dimension, size_t first, size_t end, float *out);

  // Linear layers of few items, whose weights are read where they lie and never copied.

  /// out[b][o] = bias[o] + <weights[o], item b> for b < batch and o < outputs; rows of `out` are `stride` apart. Weights
  /// are row-major, outputs x inputs; the items come in panels, as vectors of `inputs` elements.
  void (*linear)(const float *weights, size_t outputs, size_t inputs, const float *panels, size_t batch,
                 const float *bias, float *out, size_t stride);

  // Adagrad on the weights of a linear layer while their gradient g is still in registers, so that it is never stored:
  // s += g g and w -= rate g / (sqrt(s) + epsilon), with s in `squares`, which lies as `weights` does. The step is
  // within five units of its last place of that; the last ones may depend on the weights of the same vector of a row.

  /// g[o][i] = sum_b errors[o][b] inputs[b][i] for o < outputs and i < inputs, and before the weights move, where `back`
  /// is there, back[b][i] = sum_o errors[o][b] weights[o][i]. `errors` is row-major, outputs x batch; the inputs come in
  /// panels, as vectors of `batch` elements. Rows of weights, squares and `back` are `stride` apart.
  void (*adagrad)(const float *errors, size_t outputs, size_t batch, const float *panels, size_t inputs, float rate,
                  float epsilon, float *weights, float *squares, float *_Nullable back, size_t stride);

  /// The same where most inputs are zero: for p < count, row rows[p] of the weights has
  /// g[o] = sum_k values[k] errors[items[k]][o], starts[p] <= k < starts[p + 1], first <= o < end. Rows of the weights
  /// (there is one for each input) and of `errors` (one for each item) are `stride` apart.
  void (*adagrad_rows)(const float *errors, const int32_t *rows, size_t count, const int32_t *starts,
                       const int32_t *items, const float *values, size_t first, size_t end, float rate, float epsilon,
                       float *weights, float *squares, size_t stride);

  /// out[r][o] = bias[o] + sum_k values[k] table[places[k]][o], starts[r] <= k < starts[r + 1], first <= o < end; rows
  /// of the table and of `out` are `stride` apart.
  void (*sparse_products)(const float *table, const int32_t *starts, const int32_t *places, const float *values,
                          size_t row_count, const float *bias, size_t first, size_t end, float *out, size_t stride);

  /// The places k < count, ascending, where values[k] + addends[k] < limit; answers how many. `places` has room for
  /// all.
  size_t (*list_below)(const float *values, const float *addends, size_t count, float limit, int32_t *places);
};

enum ck_instruction_set { ck_plain, ck_avx2, ck_avx512 };

/// Null where this processor lacks the instruction set.
const struct ck_kernels *_Nullable ck_kernels_of(enum ck_instruction_set set);

/// Those for the widest instruction set of this processor.
const struct ck_kernels *ck_best_kernels(void);

#pragma clang assume_nonnull end
