#include "kernels.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

// Inlined into each version, and so compiled for its instruction set.
#define INLINED static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")

typedef float vector __attribute__((vector_size(4 * ck_panel_width)));
typedef int32_t indices __attribute__((vector_size(4 * ck_panel_width)));
/// The same where memory need not be aligned.
typedef float loose_vector __attribute__((vector_size(4 * ck_panel_width), aligned(4)));

static const indices lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

/// The most rows, and the most panels, whose products are summed at a time.
enum { most_tile_rows = 12, most_tile_panels = 2, most_tile_sums = most_tile_rows * most_tile_panels };
/// Rows that share one pass over the panels. Their own elements and one panel stay in the first-level cache.
enum { block_rows = 48 };

INLINED size_t lesser(size_t a, size_t b) { return a < b ? a : b; }

/// sums[r][p] = <row r, vector k> for the vectors of `panels` panels, each summed in the order of the elements.
INLINED void inner_products(const float *const *rows, const size_t count, size_t dimension, const float *panel,
                            const size_t panels, vector *sums) {
  UNROLLED for (size_t s = 0; s < count * panels; s++) sums[s] = (vector){0};
  for (size_t i = 0; i < dimension; i++) {
    vector column[most_tile_panels];
    UNROLLED for (size_t p = 0; p < panels; p++)
      column[p] = *(const loose_vector *)(panel + (p * dimension + i) * ck_panel_width);
    UNROLLED for (size_t r = 0; r < count; r++)
      UNROLLED for (size_t p = 0; p < panels; p++) sums[r * panels + p] += rows[r][i] * column[p];
  }
}

/// The same for rows that follow each other.
INLINED void block_products(const float *rows, const size_t count, size_t dimension, const float *panel,
                            const size_t panels, vector *sums) {
  const float *each[most_tile_rows];
  UNROLLED for (size_t r = 0; r < count; r++) each[r] = rows + r * dimension;
  inner_products(each, count, dimension, panel, panels, sums);
}

INLINED float total(const vector *v) {
  typedef float half __attribute__((vector_size(2 * ck_panel_width)));
  typedef float quarter __attribute__((vector_size(ck_panel_width)));
  half halves = __builtin_shufflevector(*v, *v, 0, 1, 2, 3, 4, 5, 6, 7) +
                __builtin_shufflevector(*v, *v, 8, 9, 10, 11, 12, 13, 14, 15);
  quarter quarters = __builtin_shufflevector(halves, halves, 0, 1, 2, 3) +
                     __builtin_shufflevector(halves, halves, 4, 5, 6, 7);
  return (quarters[0] + quarters[1]) + (quarters[2] + quarters[3]);
}

/// The elements of a row behind its last whole vector, in the last lanes; zeros before them.
INLINED void tail(const float *row, size_t dimension, vector *v) {
  int32_t rest = dimension % ck_panel_width;
  if (dimension >= ck_panel_width) {
    indices wanted = lanes >= ck_panel_width - rest;
    *v = (vector)(wanted & (indices) * (const loose_vector *)(row + dimension - ck_panel_width));
  } else {
    *v = (vector){0};
    for (int32_t i = 0; i < rest; i++) (*v)[ck_panel_width - rest + i] = row[i];
  }
}

INLINED float square(const float *row, size_t dimension) {
  vector part;
  tail(row, dimension, &part);
  vector sums = part * part;
  for (size_t i = 0; i + ck_panel_width <= dimension; i += ck_panel_width) {
    part = *(const loose_vector *)(row + i);
    sums += part * part;
  }
  return total(&sums);
}

INLINED float squared_distance(const float *a, const float *b, size_t dimension) {
  vector x, y;
  tail(a, dimension, &x);
  tail(b, dimension, &y);
  vector sums = (x - y) * (x - y);
  for (size_t i = 0; i + ck_panel_width <= dimension; i += ck_panel_width) {
    vector difference = *(const loose_vector *)(a + i) - *(const loose_vector *)(b + i);
    sums += difference * difference;
  }
  return total(&sums);
}

INLINED float sum_of(const float *row, size_t dimension) {
  vector sums;
  tail(row, dimension, &sums);
  for (size_t i = 0; i + ck_panel_width <= dimension; i += ck_panel_width) sums += *(const loose_vector *)(row + i);
  return total(&sums);
}

// Each tile function is written once for any number of rows; the switch makes the number a constant, so that the
// sums stay in registers.
#define FOR_TILE_ROWS(count, call)                        \
  switch (count) {                                        \
  case 12: if (TILE_ROWS >= 12) { call(12); } break;      \
  case 11: if (TILE_ROWS >= 11) { call(11); } break;      \
  case 10: if (TILE_ROWS >= 10) { call(10); } break;      \
  case 9: if (TILE_ROWS >= 9) { call(9); } break;         \
  case 8: if (TILE_ROWS >= 8) { call(8); } break;         \
  case 7: if (TILE_ROWS >= 7) { call(7); } break;         \
  case 6: call(6); break;                                 \
  case 5: call(5); break;                                 \
  case 4: call(4); break;                                 \
  case 3: call(3); break;                                 \
  case 2: call(2); break;                                 \
  case 1: call(1); break;                                 \
  default: break;                                         \
  }

/// A vector of which the first `width` elements exist in memory; zeros behind them.
INLINED void load(const float *source, size_t width, vector *v) {
  if (width >= ck_panel_width) {
    *v = *(const loose_vector *)source;
  } else {
    *v = (vector){0};
    memcpy(v, source, width * sizeof(float));
  }
}
INLINED void store(const vector *v, size_t width, float *target) {
  if (width >= ck_panel_width)
    *(loose_vector *)target = *v;
  else
    memcpy(target, v, width * sizeof(float));
}

/// `width` of the tile's columns are wanted: all of its panels but, perhaps, the end of the last.
INLINED void affine_tile(const float *rows, const size_t count, size_t dimension, const float *panel,
                         const size_t panels, const float *bias, size_t width, float *out, size_t stride) {
  vector sums[most_tile_sums];
  block_products(rows, count, dimension, panel, panels, sums);
  UNROLLED for (size_t r = 0; r < count; r++) {
    UNROLLED for (size_t p = 0; p < panels; p++) {
      vector value = sums[r * panels + p] + *(const loose_vector *)(bias + p * ck_panel_width);
      store(&value, width - p * ck_panel_width, out + r * stride + p * ck_panel_width);
    }
  }
}

/// `first` is the number of the tile's first vector.
INLINED void nearest_tile(const float *rows, const size_t count, size_t dimension, const float *panel,
                          const size_t panels, const float *squares, int32_t first, vector *least, indices *where) {
  vector sums[most_tile_sums];
  block_products(rows, count, dimension, panel, panels, sums);
  UNROLLED for (size_t r = 0; r < count; r++) {
    UNROLLED for (size_t p = 0; p < panels; p++) {
      vector value = *(const loose_vector *)(squares + p * ck_panel_width) - 2.0f * sums[r * panels + p];
      indices less = value < least[r];
      indices columns = lanes + (first + (int32_t)p * ck_panel_width);
      least[r] = (vector)((less & (indices)value) | (~less & (indices)least[r]));
      where[r] = (less & columns) | (~less & where[r]);
    }
  }
}

typedef uint16_t words __attribute__((vector_size(2 * ck_panel_width)));
typedef uint16_t loose_words __attribute__((vector_size(2 * ck_panel_width), aligned(2)));
typedef uint8_t bytes __attribute__((vector_size(ck_panel_width)));

/// The rows of a block whose bound for one panel does not exclude it; answers how many.
INLINED size_t list_candidates(const uint16_t *bounds, const uint16_t *limits, uint16_t moved, size_t row_count,
                               uint16_t *list) {
  size_t count = 0;
  for (size_t first = 0; first < row_count; first += ck_panel_width) {
    words reach = __builtin_elementwise_add_sat(*(const loose_words *)(limits + first), (words){0} + moved);
    words candidates = (words)(*(const loose_words *)(bounds + first) <= reach);
    bytes flags = __builtin_convertvector(candidates, bytes);
    uint64_t parts[2];
    memcpy(parts, &flags, sizeof parts);
    for (size_t part = 0; part < 2; part++) {
      for (uint64_t left = parts[part]; left != 0;) {
        size_t lane = (size_t)__builtin_ctzll(left) / 8;
        size_t row = first + 8 * part + lane;
        if (row < row_count) list[count++] = (uint16_t)row;
        left &= ~(0xffULL << (8 * lane));
      }
    }
  }
  return count;
}

INLINED float least_of(const vector *v) {
  typedef float half __attribute__((vector_size(2 * ck_panel_width)));
  typedef float quarter __attribute__((vector_size(ck_panel_width)));
  half halves = __builtin_elementwise_min(__builtin_shufflevector(*v, *v, 0, 1, 2, 3, 4, 5, 6, 7),
                                          __builtin_shufflevector(*v, *v, 8, 9, 10, 11, 12, 13, 14, 15));
  quarter quarters = __builtin_elementwise_min(__builtin_shufflevector(halves, halves, 0, 1, 2, 3),
                                               __builtin_shufflevector(halves, halves, 4, 5, 6, 7));
  return fminf(fminf(quarters[0], quarters[1]), fminf(quarters[2], quarters[3]));
}

/// least[r] = the smallest value of listed row r in one panel; where that is a row's best so far, it is kept.
INLINED void candidates_tile(const float *rows, const uint16_t *list, const size_t count, size_t dimension,
                             const float *panel, const vector *squares, int32_t first_name, float *least,
                             int32_t *nearest, float *minimum) {
  const float *each[most_tile_rows];
  vector sums[most_tile_rows];
  UNROLLED for (size_t r = 0; r < count; r++) each[r] = rows + list[r] * dimension;
  inner_products(each, count, dimension, panel, 1, sums);
  UNROLLED for (size_t r = 0; r < count; r++) {
    vector value = *squares - 2.0f * sums[r];
    least[r] = least_of(&value);
    // Panels come in order, so among equals the first vector stays.
    if (least[r] < minimum[list[r]]) {
      int32_t lane = 0;
      while (value[lane] != least[r]) lane++;
      minimum[list[r]] = least[r];
      nearest[list[r]] = first_name + lane;
    }
  }
}

INLINED void distances_tile(const float *rows, const size_t count, size_t dimension, const float *panel,
                            const size_t panels, const float *squares, const float *own, vector *running, float *out,
                            size_t stride) {
  vector sums[most_tile_sums];
  block_products(rows, count, dimension, panel, panels, sums);
  UNROLLED for (size_t r = 0; r < count; r++) {
    UNROLLED for (size_t p = 0; p < panels; p++) {
      vector squared = (*(const loose_vector *)(squares + p * ck_panel_width) + own[r]) - 2.0f * sums[r * panels + p];
      // Rounding may leave the square of a short distance below zero.
      vector distance = __builtin_elementwise_sqrt(__builtin_elementwise_max(squared, (vector){0}));
      *(loose_vector *)(out + r * stride + p * ck_panel_width) = distance;
      running[r] += distance;
    }
  }
}

/// 1 / (sqrt(s) + epsilon) for one vector. A square root and a division keep a processor busier than all products of
/// the gradient do; where epsilon is nothing beside every root of the vector, three of Newton's steps give the same to a
/// few units of the last place, from the usual first guess (half the exponent) and not from a processor's own, on which
/// makers differ.
INLINED void inverse_root(const vector *s, float epsilon, vector *result) {
  // From `least` on epsilon is less than half a unit of the root's last place. Sums next to nothing or to infinity are
  // left to the root, and so is NaN, which fails both comparisons.
  const float root = epsilon * 0x1p25f, least = root * root < 0x1p-120f ? 0x1p-120f : root * root;
  const indices usual = (*s >= least) & (*s <= 0x1p120f);
  if (__builtin_reduce_and(usual)) {
    const vector half = 0.5f * *s;
    vector r = (vector)(0x5f375a86 - ((indices)*s >> 1));
    UNROLLED for (int step = 0; step < 3; step++) r = r * (1.5f - half * r * r);
    *result = r;
  } else {
    *result = 1.0f / (__builtin_elementwise_sqrt(*s) + epsilon);
  }
}

/// Adagrad on one vector of weights.
INLINED void adagrad_vector(const vector *gradient, float rate, float epsilon, vector *weights, vector *squares) {
  vector inverse;
  *squares += *gradient * *gradient;
  inverse_root(squares, epsilon, &inverse);
  *weights -= rate * *gradient * inverse;
}

/// The same in memory, of which the first `width` weights exist.
INLINED void adagrad_memory(const vector *gradient, size_t width, float rate, float epsilon, float *weights, float *squares) {
  vector w, s;
  load(weights, width, &w);
  load(squares, width, &s);
  // Weights that are not there should not keep the others from the short way.
  if (width < ck_panel_width) {
    const indices there = lanes < (int32_t)width;
    s = (vector)((there & (indices)s) | (~there & (indices)((vector){0} + 1)));
  }
  adagrad_vector(gradient, rate, epsilon, &w, &s);
  store(&w, width, weights);
  store(&s, width, squares);
}

/// `width` of the tile's inputs exist. Weights pass through once, so that memory has to be asked for them in time.
INLINED void adagrad_tile(const float *errors, const size_t count, size_t batch, const float *panel,
                          const size_t panels, size_t width, float rate, float epsilon, float *weights, float *squares,
                          size_t stride) {
  vector sums[most_tile_sums];
  UNROLLED for (size_t r = 0; r < count; r++) {
    UNROLLED for (size_t p = 0; p < panels; p++) {
      __builtin_prefetch(weights + r * stride + (panels + p) * ck_panel_width, 1);
      __builtin_prefetch(squares + r * stride + (panels + p) * ck_panel_width, 1);
    }
  }
  block_products(errors, count, batch, panel, panels, sums);
  // The sums lie in memory from here, so that the step has the registers to itself.
  __asm__("" : "+m"(sums));
  for (size_t r = 0; r < count; r++) {
    for (size_t p = 0; p < panels; p++) {
      size_t first = p * ck_panel_width;
      adagrad_memory(&sums[r * panels + p], width - first, rate, epsilon, weights + r * stride + first,
                     squares + r * stride + first);
    }
  }
}

/// `width` of the tile's columns exist. The products are added to what stands in `back`, or written over it where it
/// `starts`. Memory is asked for what stands there of the next tile: rows lie too far apart for the processor to guess.
INLINED void back_tile(const float *errors, size_t batch, const size_t count, size_t depth, const float *weights,
                       size_t stride, const size_t panels, const size_t width, bool starts, float *back) {
  vector sums[most_tile_sums];
  UNROLLED for (size_t r = 0; r < count; r++) {
    UNROLLED for (size_t p = 0; p < panels; p++) {
      vector *sum = &sums[r * panels + p];
      *sum = (vector){0};
      if (!starts) load(back + r * stride + p * ck_panel_width, width - p * ck_panel_width, sum);
      __builtin_prefetch(back + r * stride + (panels + p) * ck_panel_width, 1);
    }
  }
  for (size_t o = 0; o < depth; o++) {
    vector column[most_tile_panels];
    UNROLLED for (size_t p = 0; p < panels; p++) {
      load(weights + o * stride + p * ck_panel_width, width - p * ck_panel_width, &column[p]);
    }
    UNROLLED for (size_t r = 0; r < count; r++)
      UNROLLED for (size_t p = 0; p < panels; p++) sums[r * panels + p] += errors[o * batch + r] * column[p];
  }
  UNROLLED for (size_t r = 0; r < count; r++)
    UNROLLED for (size_t p = 0; p < panels; p++)
      store(&sums[r * panels + p], width - p * ck_panel_width, back + r * stride + p * ck_panel_width);
}

/// `width` of the tile's items exist.
INLINED void linear_tile(const float *weights, const size_t count, size_t inputs, const float *panel,
                         const size_t panels, size_t width, const float *bias, float *out, size_t stride) {
  vector sums[most_tile_sums];
  block_products(weights, count, inputs, panel, panels, sums);
  UNROLLED for (size_t r = 0; r < count; r++)
    UNROLLED for (size_t p = 0; p < panels; p++) sums[r * panels + p] += bias[r];
  for (size_t p = 0; p < panels; p++) {
    for (size_t lane = 0; lane < ck_panel_width && p * ck_panel_width + lane < width; lane++) {
      float *target = out + (p * ck_panel_width + lane) * stride;
      UNROLLED for (size_t r = 0; r < count; r++) target[r] = ((const float *)&sums[r * panels + p])[lane];
    }
  }
}

/// Vectors of a row whose sums stay in registers.
enum { row_vectors = 8 };

/// sums[v] = sum_k values[k] rows[places[k]][v-th vector].
INLINED void sum_rows(const float *rows, size_t stride, const int32_t *places, const float *values, size_t count,
                      const size_t vectors, vector *sums) {
  for (size_t k = 0; k < count; k++) {
    const float *row = rows + (size_t)places[k] * stride;
    UNROLLED for (size_t v = 0; v < vectors; v++)
      sums[v] += values[k] * *(const loose_vector *)(row + v * ck_panel_width);
  }
}

/// Elements of a row that are worked on before the next ones: a dozen vectors' worth of them stay in the first-level
/// cache.
enum { narrow_chunk = 512 };
/// How many rows ahead memory is asked for the elements of a chunk: chunks are too short for the processor to guess.
enum { narrow_ahead = 8 };

typedef float octet __attribute__((vector_size(32)));
typedef float loose_octet __attribute__((vector_size(32), aligned(4)));

INLINED float total_octet(const octet *v) {
  typedef float quarter __attribute__((vector_size(16)));
  quarter quarters = __builtin_shufflevector(*v, *v, 0, 1, 2, 3) + __builtin_shufflevector(*v, *v, 4, 5, 6, 7);
  return (quarters[0] + quarters[1]) + (quarters[2] + quarters[3]);
}

// Everything below this floor, once for each instruction set. `TILE_ROWS` rows by `TILE_PANELS` panels and
// `NARROW_VECTORS` x `NARROW_ROWS` vectors are the sums that fill its registers, `NARROW_DEPTH` the rows that stay in
// registers while sums pass by.
#define TARGET
#define VERSION(name) name##_plain
#define TILE_ROWS 4
#define TILE_PANELS 1
#define NARROW octet
#define LOOSE_NARROW loose_octet
#define NARROW_TOTAL total_octet
#define NARROW_VECTORS 5
#define NARROW_ROWS 2
#define NARROW_DEPTH 4
#include "versions.h"

#if defined(__x86_64__)
#undef TARGET
#undef VERSION
#undef TILE_ROWS
#undef NARROW_DEPTH
#define TARGET __attribute__((target("arch=x86-64-v3")))
#define VERSION(name) name##_v3
#define TILE_ROWS 6
#define NARROW_DEPTH 8
#include "versions.h"

#undef TARGET
#undef VERSION
#undef TILE_ROWS
#undef TILE_PANELS
#undef NARROW
#undef LOOSE_NARROW
#undef NARROW_TOTAL
#undef NARROW_ROWS
#define TARGET __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define VERSION(name) name##_v4
#define TILE_ROWS 12
#define TILE_PANELS 2
#define NARROW vector
#define LOOSE_NARROW loose_vector
#define NARROW_TOTAL total
#define NARROW_ROWS 4
#include "versions.h"

static bool has_v4(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
static bool has_v3(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
}
#endif

const struct ck_kernels *ck_kernels_of(enum ck_instruction_set set) {
  switch (set) {
  case ck_plain: return &kernels_plain;
#if defined(__x86_64__)
  case ck_avx2: return has_v3() ? &kernels_v3 : NULL;
  case ck_avx512: return has_v4() ? &kernels_v4 : NULL;
#endif
  default: return NULL;
  }
}

const struct ck_kernels *ck_best_kernels(void) {
  const struct ck_kernels *kernels = ck_kernels_of(ck_avx512);
  if (!kernels) kernels = ck_kernels_of(ck_avx2);
  return kernels ? kernels : &kernels_plain;
}
