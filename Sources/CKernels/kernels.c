#include "ckernels.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#if defined(__x86_64__)
#define VERSIONED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define VERSIONED
#endif
// Inlined into each version, and so compiled for its instruction set.
#define INLINED static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")

typedef float vector __attribute__((vector_size(4 * ck_panel_width)));
typedef int32_t indices __attribute__((vector_size(4 * ck_panel_width)));
/// The same where memory need not be aligned.
typedef float loose_vector __attribute__((vector_size(4 * ck_panel_width), aligned(4)));

/// Six rows by sixteen vectors: twelve of the sixteen registers of AVX2 hold sums.
enum { tile_rows = 6 };
/// Rows that share one pass over the panels. Their own elements and one panel stay in the first-level cache.
enum { block_rows = 48 };

INLINED size_t lesser(size_t a, size_t b) { return a < b ? a : b; }

/// sums[r] = <row r, vector k> for the vectors of one panel, each summed in the order of the elements.
INLINED void inner_products(const float *const *rows, const size_t count, size_t dimension, const float *panel,
                            vector *sums) {
  UNROLLED for (size_t r = 0; r < count; r++) sums[r] = (vector){0};
  for (size_t i = 0; i < dimension; i++) {
    vector column = *(const loose_vector *)(panel + i * ck_panel_width);
    UNROLLED for (size_t r = 0; r < count; r++) sums[r] += rows[r][i] * column;
  }
}

/// The same for rows that follow each other.
INLINED void block_products(const float *rows, const size_t count, size_t dimension, const float *panel,
                            vector *sums) {
  const float *each[tile_rows];
  UNROLLED for (size_t r = 0; r < count; r++) each[r] = rows + r * dimension;
  inner_products(each, count, dimension, panel, sums);
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
    const indices lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
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
#define FOR_TILE_ROWS(count, call) \
  switch (count) {                 \
  case 6: call(6); break;          \
  case 5: call(5); break;          \
  case 4: call(4); break;          \
  case 3: call(3); break;          \
  case 2: call(2); break;          \
  case 1: call(1); break;          \
  default: break;                  \
  }

INLINED void affine_tile(const float *rows, const size_t count, size_t dimension, const float *panel,
                         const float *bias, size_t width, float *out, size_t stride) {
  vector sums[tile_rows];
  block_products(rows, count, dimension, panel, sums);
  UNROLLED for (size_t r = 0; r < count; r++) {
    vector value = sums[r] + *(const loose_vector *)bias;
    if (width == ck_panel_width)
      *(loose_vector *)(out + r * stride) = value;
    else
      memcpy(out + r * stride, &value, width * sizeof(float));
  }
}

VERSIONED void ck_affine(const float *rows, size_t row_count, size_t dimension, const float *panels,
                         const float *bias, size_t count, float *out, size_t stride) {
  for (size_t first = 0; first < row_count; first += block_rows) {
    size_t end = lesser(first + block_rows, row_count);
    for (size_t k = 0; k < count; k += ck_panel_width) {
      const float *panel = panels + k * dimension;
      size_t width = lesser(ck_panel_width, count - k);
      for (size_t r = first; r < end; r += tile_rows) {
#define CALL(n) affine_tile(rows + r * dimension, n, dimension, panel, bias + k, width, out + r * stride + k, stride)
        FOR_TILE_ROWS(lesser(tile_rows, end - r), CALL)
#undef CALL
      }
    }
  }
}

INLINED void nearest_tile(const float *rows, const size_t count, size_t dimension, const float *panel,
                          const vector *squares, const indices *columns, vector *least, indices *where) {
  vector sums[tile_rows];
  block_products(rows, count, dimension, panel, sums);
  UNROLLED for (size_t r = 0; r < count; r++) {
    vector value = *squares - 2.0f * sums[r];
    indices less = value < least[r];
    least[r] = (vector)((less & (indices)value) | (~less & (indices)least[r]));
    where[r] = (less & *columns) | (~less & where[r]);
  }
}

VERSIONED void ck_nearest(const float *rows, size_t row_count, size_t dimension, const float *panels,
                          const float *squares, size_t panel_count, int32_t *nearest, float *minimum) {
  vector least[block_rows];
  indices where[block_rows];
  for (size_t first = 0; first < row_count; first += block_rows) {
    size_t count = lesser(block_rows, row_count - first);
    const float *block = rows + first * dimension;
    indices columns;
    for (int lane = 0; lane < ck_panel_width; lane++) columns[lane] = lane;
    for (size_t r = 0; r < count; r++) {
      least[r] = (vector){0} + INFINITY;
      where[r] = columns;
    }
    for (size_t p = 0; p < panel_count; p++) {
      const float *panel = panels + p * dimension * ck_panel_width;
      vector norms = *(const loose_vector *)(squares + p * ck_panel_width);
      for (size_t r = 0; r < count; r += tile_rows) {
#define CALL(n) nearest_tile(block + r * dimension, n, dimension, panel, &norms, &columns, least + r, where + r)
        FOR_TILE_ROWS(lesser(tile_rows, count - r), CALL)
#undef CALL
      }
      columns += ck_panel_width;
    }
    for (size_t r = 0; r < count; r++) {
      float best = least[r][0];
      int32_t index = where[r][0];
      for (int lane = 1; lane < ck_panel_width; lane++) {
        float value = least[r][lane];
        if (value < best || (value == best && where[r][lane] < index)) {
          best = value;
          index = where[r][lane];
        }
      }
      nearest[first + r] = index;
      minimum[first + r] = best;
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
  const float *each[tile_rows];
  vector sums[tile_rows];
  UNROLLED for (size_t r = 0; r < count; r++) each[r] = rows + list[r] * dimension;
  inner_products(each, count, dimension, panel, sums);
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

VERSIONED size_t ck_nearest_bounded(const float *rows, size_t row_count, size_t dimension, const float *panels,
                                    const float *squares, size_t panel_count, const float *vectors, float largest,
                                    float unit, const float *moved, uint16_t *bounds, int32_t *nearest,
                                    float *minimum) {
  float own[ck_bounded_rows], noise[ck_bounded_rows], least[ck_bounded_rows];
  uint16_t limits[ck_bounded_rows] = {0}, list[ck_bounded_rows];
  for (size_t r = 0; r < row_count; r++) {
    const float *row = rows + r * dimension;
    own[r] = square(row, dimension);
    // A sum of n products is off by at most n units of rounding of the sum of their sizes; see the header.
    float reach = sqrtf(own[r]) + largest;
    noise[r] = 2 * (float)(dimension + 8) * (FLT_EPSILON / 2) * reach * reach;
    float distance = squared_distance(row, vectors + (size_t)nearest[r] * dimension, dimension);
    float limit = ceilf(sqrtf(distance + 2 * noise[r]) / unit) + 1;
    limits[r] = (uint16_t)fminf(limit, UINT16_MAX);
    minimum[r] = INFINITY;
  }
  size_t total_count = 0;
  for (size_t p = 0; p < panel_count; p++) {
    const float *panel = panels + p * dimension * ck_panel_width;
    uint16_t *panel_bounds = bounds + p * ck_bounded_rows;
    vector norms = *(const loose_vector *)(squares + p * ck_panel_width);
    uint16_t shift = (uint16_t)fminf(ceilf(moved[p] / unit), UINT16_MAX);
    size_t count = list_candidates(panel_bounds, limits, shift, row_count, list);
    for (size_t q = 0; q < count; q += tile_rows) {
#define CALL(n)                                                                                        \
  candidates_tile(rows, list + q, n, dimension, panel, &norms, (int32_t)(p * ck_panel_width), least + q, \
                  nearest, minimum)
      FOR_TILE_ROWS(lesser(tile_rows, count - q), CALL)
#undef CALL
    }
    for (size_t q = 0; q < count; q++) {
      size_t r = list[q];
      float distance = sqrtf(fmaxf(0, own[r] + least[q] - noise[r]));
      float bound = (distance + moved[p]) / unit - 1;
      panel_bounds[r] = (uint16_t)fminf(fmaxf(bound, 0), UINT16_MAX);
    }
    total_count += count;
  }
  return total_count;
}

INLINED void distances_tile(const float *rows, const size_t count, size_t dimension, const float *panel,
                            const vector *squares, const float *own, vector *running, float *out, size_t stride) {
  vector sums[tile_rows];
  block_products(rows, count, dimension, panel, sums);
  UNROLLED for (size_t r = 0; r < count; r++) {
    vector squared = (*squares + own[r]) - 2.0f * sums[r];
    // Rounding may leave the square of a short distance below zero.
    vector distance = __builtin_elementwise_sqrt(__builtin_elementwise_max(squared, (vector){0}));
    *(loose_vector *)(out + r * stride) = distance;
    running[r] += distance;
  }
}

VERSIONED void ck_distances(const float *rows, size_t row_count, size_t dimension, const float *panels,
                            const float *squares, size_t panel_count, float *out, size_t stride, float *sums) {
  vector running[block_rows];
  float own[block_rows];
  for (size_t first = 0; first < row_count; first += block_rows) {
    size_t count = lesser(block_rows, row_count - first);
    const float *block = rows + first * dimension;
    for (size_t r = 0; r < count; r++) {
      running[r] = (vector){0};
      own[r] = square(block + r * dimension, dimension);
    }
    for (size_t p = 0; p < panel_count; p++) {
      const float *panel = panels + p * dimension * ck_panel_width;
      vector norms = *(const loose_vector *)(squares + p * ck_panel_width);
      for (size_t r = 0; r < count; r += tile_rows) {
#define CALL(n)                                                                            \
  distances_tile(block + r * dimension, n, dimension, panel, &norms, own + r, running + r, \
                 out + (first + r) * stride + p * ck_panel_width, stride)
        FOR_TILE_ROWS(lesser(tile_rows, count - r), CALL)
#undef CALL
      }
    }
    for (size_t r = 0; r < count; r++) sums[first + r] = total(running + r);
  }
}

VERSIONED void ck_add_triangle(const float *distances, size_t row_count, size_t stride, const float *means,
                               size_t count, float *pooled) {
  size_t k = 0;
  for (; k + ck_panel_width <= count; k += ck_panel_width) {
    vector sum = *(loose_vector *)(pooled + k);
    for (size_t r = 0; r < row_count; r++) {
      vector distance = *(const loose_vector *)(distances + r * stride + k);
      sum += __builtin_elementwise_max(means[r] - distance, (vector){0});
    }
    *(loose_vector *)(pooled + k) = sum;
  }
  for (; k < count; k++) {
    for (size_t r = 0; r < row_count; r++) pooled[k] += fmaxf(0, means[r] - distances[r * stride + k]);
  }
}

VERSIONED void ck_normalise_contrast(float *rows, size_t row_count, size_t dimension, float offset) {
  for (size_t r = 0; r < row_count; r++) {
    float *row = rows + r * dimension;
    float mean = sum_of(row, dimension) / (float)dimension;
    for (size_t i = 0; i < dimension; i++) row[i] -= mean;
    float variance = dimension > 1 ? square(row, dimension) / (float)(dimension - 1) : 0;
    float scale = 1 / sqrtf(variance + offset);
    for (size_t i = 0; i < dimension; i++) row[i] *= scale;
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

// The two products for one instruction set, whose registers decide the shape of a tile: `VECTORS` x `ROWS` sums of
// `TYPE`, and `DEPTH` rows in registers while sums pass by. Calls name every shape as constants, so that nothing of a
// tile is in memory.
#define DEFINE_NARROW(NAME, TARGET, TYPE, LOOSE, TOTAL, VECTORS, ROWS, DEPTH)                                         \
  INLINED TARGET void NAME##_products_tile(const float *vectors, const size_t vector_count, const float *rows,        \
                                           const size_t row_count, size_t dimension, size_t first, size_t end,        \
                                           const size_t asks, const size_t until, float *out, size_t stride) {        \
    enum { width = sizeof(TYPE) / sizeof(float) };                                                                    \
    TYPE sums[ROWS][VECTORS];                                                                                         \
    UNROLLED for (size_t r = 0; r < row_count; r++)                                                                   \
      UNROLLED for (size_t v = 0; v < vector_count; v++) sums[r][v] = (TYPE){0};                                      \
    size_t i = first;                                                                                                 \
    for (; i + width <= end; i += width) {                                                                            \
      TYPE elements[ROWS];                                                                                            \
      UNROLLED for (size_t r = 0; r < row_count; r++) {                                                               \
        elements[r] = *(const LOOSE *)(rows + r * dimension + i);                                                     \
        if (asks <= r && r < until) __builtin_prefetch(rows + (r + narrow_ahead) * dimension + i);                    \
      }                                                                                                               \
      UNROLLED for (size_t v = 0; v < vector_count; v++) {                                                            \
        TYPE own = *(const LOOSE *)(vectors + v * dimension + i);                                                     \
        UNROLLED for (size_t r = 0; r < row_count; r++) sums[r][v] += elements[r] * own;                              \
      }                                                                                                               \
    }                                                                                                                 \
    UNROLLED for (size_t r = 0; r < row_count; r++) {                                                                 \
      UNROLLED for (size_t v = 0; v < vector_count; v++) {                                                            \
        float sum = TOTAL(&sums[r][v]);                                                                               \
        for (size_t j = i; j < end; j++) sum += rows[r * dimension + j] * vectors[v * dimension + j];                 \
        float *target = out + v * stride + r;                                                                         \
        *target = (first == 0 ? 0 : *target) + sum;                                                                   \
      }                                                                                                               \
    }                                                                                                                 \
  }                                                                                                                   \
                                                                                                                      \
  TARGET static void NAME##_products(const float *vectors, size_t vector_count, const float *rows, size_t row_count,  \
                                     size_t dimension, float *out, size_t stride) {                                   \
    for (size_t first = 0; first < dimension; first += narrow_chunk) {                                                \
      size_t end = lesser(first + narrow_chunk, dimension);                                                           \
      /* A row's elements come from memory once and then serve all vectors, whose elements stay in the cache. */      \
      for (size_t r = 0; r < row_count;) {                                                                            \
        const size_t height = row_count - r < ROWS ? 1 : ROWS;                                                        \
        const bool asks = height == ROWS && r + narrow_ahead + ROWS <= row_count;                                     \
        const bool both = vector_count >= 2 * VECTORS;                                                                \
        for (size_t v = 0; v < vector_count;) {                                                                       \
          const size_t count = vector_count - v < VECTORS ? 1 : VECTORS;                                              \
          const float *own = vectors + v * dimension, *block = rows + r * dimension;                                  \
          float *target = out + v * stride + r;                                                                       \
          /* The first two tiles share the asking, so that memory is never idle. */                                   \
          if (count == VECTORS && asks && v == 0 && both)                                                             \
            NAME##_products_tile(own, VECTORS, block, ROWS, dimension, first, end, 0, ROWS / 2, target, stride);      \
          else if (count == VECTORS && asks && v == VECTORS)                                                          \
            NAME##_products_tile(own, VECTORS, block, ROWS, dimension, first, end, ROWS / 2, ROWS, target, stride);   \
          else if (count == VECTORS && asks && v == 0)                                                                \
            NAME##_products_tile(own, VECTORS, block, ROWS, dimension, first, end, 0, ROWS, target, stride);          \
          else if (height == ROWS && count == VECTORS)                                                                \
            NAME##_products_tile(own, VECTORS, block, ROWS, dimension, first, end, 0, 0, target, stride);             \
          else if (height == ROWS)                                                                                    \
            NAME##_products_tile(own, 1, block, ROWS, dimension, first, end, 0, 0, target, stride);                   \
          else if (count == VECTORS)                                                                                  \
            NAME##_products_tile(own, VECTORS, block, 1, dimension, first, end, 0, 0, target, stride);                \
          else                                                                                                        \
            NAME##_products_tile(own, 1, block, 1, dimension, first, end, 0, 0, target, stride);                      \
          v += count;                                                                                                 \
        }                                                                                                             \
        r += height;                                                                                                  \
      }                                                                                                               \
    }                                                                                                                 \
  }                                                                                                                   \
                                                                                                                      \
  INLINED TARGET void NAME##_sums_rows(const float *weights, size_t stride, size_t vector_count, const float *rows,   \
                                       const size_t row_count, size_t dimension, size_t first, size_t end,            \
                                       float *out) {                                                                  \
    enum { width = sizeof(TYPE) / sizeof(float) };                                                                    \
    size_t i = first;                                                                                                 \
    for (; i + width <= end; i += width) {                                                                            \
      TYPE elements[DEPTH];                                                                                           \
      UNROLLED for (size_t r = 0; r < row_count; r++) elements[r] = *(const LOOSE *)(rows + r * dimension + i);       \
      for (size_t v = 0; v < vector_count; v++) {                                                                     \
        LOOSE *target = (LOOSE *)(out + v * dimension + i);                                                           \
        TYPE sum = *target;                                                                                           \
        UNROLLED for (size_t r = 0; r < row_count; r++) sum += weights[v * stride + r] * elements[r];                 \
        *target = sum;                                                                                                \
      }                                                                                                               \
    }                                                                                                                 \
    for (size_t v = 0; v < vector_count; v++) {                                                                       \
      for (size_t j = i; j < end; j++) {                                                                              \
        float sum = out[v * dimension + j];                                                                           \
        UNROLLED for (size_t r = 0; r < row_count; r++) sum += weights[v * stride + r] * rows[r * dimension + j];     \
        out[v * dimension + j] = sum;                                                                                 \
      }                                                                                                               \
    }                                                                                                                 \
  }                                                                                                                   \
                                                                                                                      \
  TARGET static void NAME##_sums(const float *weights, size_t stride, size_t vector_count, const float *rows,         \
                                 size_t row_count, size_t dimension, size_t from, size_t to, float *out) {            \
    for (size_t first = from; first < to; first += narrow_chunk) {                                                    \
      size_t end = lesser(first + narrow_chunk, to);                                                                  \
      size_t r = 0;                                                                                                   \
      for (; r + DEPTH <= row_count; r += DEPTH)                                                                      \
        NAME##_sums_rows(weights + r, stride, vector_count, rows + r * dimension, DEPTH, dimension, first, end, out); \
      for (; r < row_count; r++)                                                                                      \
        NAME##_sums_rows(weights + r, stride, vector_count, rows + r * dimension, 1, dimension, first, end, out);     \
    }                                                                                                                 \
  }

#define AS_COMPILED
DEFINE_NARROW(narrow, AS_COMPILED, octet, loose_octet, total_octet, 5, 2, 4)
#if defined(__x86_64__)
#define WITH(set) __attribute__((target("arch=" set), min_vector_width(512)))
DEFINE_NARROW(narrow_v3, WITH("x86-64-v3"), octet, loose_octet, total_octet, 5, 2, 8)
DEFINE_NARROW(narrow_v4, WITH("x86-64-v4"), vector, loose_vector, total, 5, 4, 8)
#define NARROW(product, ...)                                               \
  __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")  \
      ? narrow_v4_##product(__VA_ARGS__)                                   \
      : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")    \
            ? narrow_v3_##product(__VA_ARGS__)                             \
            : narrow_##product(__VA_ARGS__)
#else
#define NARROW(product, ...) narrow_##product(__VA_ARGS__)
#endif

void ck_narrow_products(const float *vectors, size_t vector_count, const float *rows, size_t row_count,
                        size_t dimension, float *out, size_t stride) {
  NARROW(products, vectors, vector_count, rows, row_count, dimension, out, stride);
}

void ck_narrow_sums(const float *weights, size_t stride, size_t vector_count, const float *rows, size_t row_count,
                    size_t dimension, size_t first, size_t end, float *out) {
  NARROW(sums, weights, stride, vector_count, rows, row_count, dimension, first, end, out);
}
