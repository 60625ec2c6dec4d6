// The kernels for one instruction set; kernels.c says which and includes this file once for each.

// A strip is `TILE_PANELS` panels, or one, under all rows of a block.

INLINED TARGET void VERSION(affine_strip)(const float *rows, size_t row_count, size_t dimension, const float *panel,
                                        const size_t panels, const float *bias, size_t width, float *out,
                                        size_t stride) {
  for (size_t r = 0; r < row_count; r += TILE_ROWS) {
#define CALL(n) affine_tile(rows + r * dimension, n, dimension, panel, panels, bias, width, out + r * stride, stride)
    FOR_TILE_ROWS(lesser(TILE_ROWS, row_count - r), CALL)
#undef CALL
  }
}

TARGET static void VERSION(affine)(const float *rows, size_t row_count, size_t dimension, const float *panels,
                                   const float *bias, size_t count, float *out, size_t stride) {
  for (size_t first = 0; first < row_count; first += block_rows) {
    size_t height = lesser(block_rows, row_count - first);
    for (size_t k = 0; k < count;) {
      const float *block = rows + first * dimension, *panel = panels + k * dimension;
      float *target = out + first * stride + k;
      if (count - k > (TILE_PANELS - 1) * ck_panel_width) {
        VERSION(affine_strip)(block, height, dimension, panel, TILE_PANELS, bias + k, count - k, target, stride);
        k += TILE_PANELS * ck_panel_width;
      } else {
        VERSION(affine_strip)(block, height, dimension, panel, 1, bias + k, count - k, target, stride);
        k += ck_panel_width;
      }
    }
  }
}

INLINED TARGET void VERSION(nearest_strip)(const float *rows, size_t row_count, size_t dimension, const float *panel,
                                         const size_t panels, const float *squares, int32_t first, vector *least,
                                         indices *where) {
  for (size_t r = 0; r < row_count; r += TILE_ROWS) {
#define CALL(n) nearest_tile(rows + r * dimension, n, dimension, panel, panels, squares, first, least + r, where + r)
    FOR_TILE_ROWS(lesser(TILE_ROWS, row_count - r), CALL)
#undef CALL
  }
}

TARGET static void VERSION(nearest)(const float *rows, size_t row_count, size_t dimension, const float *panels,
                                    const float *squares, size_t panel_count, int32_t *nearest, float *minimum) {
  vector least[block_rows];
  indices where[block_rows];
  for (size_t first = 0; first < row_count; first += block_rows) {
    size_t count = lesser(block_rows, row_count - first);
    const float *block = rows + first * dimension;
    for (size_t r = 0; r < count; r++) {
      least[r] = (vector){0} + INFINITY;
      where[r] = lanes;
    }
    for (size_t p = 0; p < panel_count;) {
      const float *panel = panels + p * dimension * ck_panel_width, *norms = squares + p * ck_panel_width;
      int32_t name = (int32_t)(p * ck_panel_width);
      if (panel_count - p >= TILE_PANELS) {
        VERSION(nearest_strip)(block, count, dimension, panel, TILE_PANELS, norms, name, least, where);
        p += TILE_PANELS;
      } else {
        VERSION(nearest_strip)(block, count, dimension, panel, 1, norms, name, least, where);
        p += 1;
      }
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

TARGET static size_t VERSION(nearest_bounded)(const float *rows, size_t row_count, size_t dimension, const float *panels,
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
    for (size_t q = 0; q < count; q += TILE_ROWS) {
#define CALL(n)                                                                                        \
  candidates_tile(rows, list + q, n, dimension, panel, &norms, (int32_t)(p * ck_panel_width), least + q, \
                  nearest, minimum)
      FOR_TILE_ROWS(lesser(TILE_ROWS, count - q), CALL)
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

INLINED TARGET void VERSION(distances_strip)(const float *rows, size_t row_count, size_t dimension, const float *panel,
                                           const size_t panels, const float *squares, const float *own,
                                           vector *running, float *out, size_t stride) {
  for (size_t r = 0; r < row_count; r += TILE_ROWS) {
#define CALL(n)                                                                                        \
  distances_tile(rows + r * dimension, n, dimension, panel, panels, squares, own + r, running + r, out + r * stride, \
                 stride)
    FOR_TILE_ROWS(lesser(TILE_ROWS, row_count - r), CALL)
#undef CALL
  }
}

TARGET static void VERSION(distances)(const float *rows, size_t row_count, size_t dimension, const float *panels,
                                      const float *squares, size_t panel_count, float *out, size_t stride,
                                      float *sums) {
  vector running[block_rows];
  float own[block_rows];
  for (size_t first = 0; first < row_count; first += block_rows) {
    size_t count = lesser(block_rows, row_count - first);
    const float *block = rows + first * dimension;
    for (size_t r = 0; r < count; r++) {
      running[r] = (vector){0};
      own[r] = square(block + r * dimension, dimension);
    }
    for (size_t p = 0; p < panel_count;) {
      const float *panel = panels + p * dimension * ck_panel_width, *norms = squares + p * ck_panel_width;
      float *target = out + first * stride + p * ck_panel_width;
      if (panel_count - p >= TILE_PANELS) {
        VERSION(distances_strip)(block, count, dimension, panel, TILE_PANELS, norms, own, running, target, stride);
        p += TILE_PANELS;
      } else {
        VERSION(distances_strip)(block, count, dimension, panel, 1, norms, own, running, target, stride);
        p += 1;
      }
    }
    for (size_t r = 0; r < count; r++) sums[first + r] = total(running + r);
  }
}

TARGET static void VERSION(add_triangle)(const float *distances, size_t row_count, size_t stride, const float *means,
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

TARGET static void VERSION(normalise_contrast)(float *rows, size_t row_count, size_t dimension, float offset) {
  for (size_t r = 0; r < row_count; r++) {
    float *row = rows + r * dimension;
    float mean = sum_of(row, dimension) / (float)dimension;
    for (size_t i = 0; i < dimension; i++) row[i] -= mean;
    float variance = dimension > 1 ? square(row, dimension) / (float)(dimension - 1) : 0;
    float scale = 1 / sqrtf(variance + offset);
    for (size_t i = 0; i < dimension; i++) row[i] *= scale;
  }
}

// Products of a few vectors with many rows.

INLINED TARGET void VERSION(products_tile)(const float *vectors, const size_t vector_count, const float *rows,
                                         const size_t row_count, size_t dimension, size_t first, size_t end,
                                         const size_t asks, const size_t until, float *out, size_t stride) {
  enum { width = sizeof(NARROW) / sizeof(float) };
  NARROW sums[NARROW_ROWS][NARROW_VECTORS];
  UNROLLED for (size_t r = 0; r < row_count; r++)
    UNROLLED for (size_t v = 0; v < vector_count; v++) sums[r][v] = (NARROW){0};
  size_t i = first;
  for (; i + width <= end; i += width) {
    NARROW elements[NARROW_ROWS];
    UNROLLED for (size_t r = 0; r < row_count; r++) {
      elements[r] = *(const LOOSE_NARROW *)(rows + r * dimension + i);
      if (asks <= r && r < until) __builtin_prefetch(rows + (r + narrow_ahead) * dimension + i);
    }
    UNROLLED for (size_t v = 0; v < vector_count; v++) {
      NARROW own = *(const LOOSE_NARROW *)(vectors + v * dimension + i);
      UNROLLED for (size_t r = 0; r < row_count; r++) sums[r][v] += elements[r] * own;
    }
  }
  UNROLLED for (size_t r = 0; r < row_count; r++) {
    UNROLLED for (size_t v = 0; v < vector_count; v++) {
      float sum = NARROW_TOTAL(&sums[r][v]);
      for (size_t j = i; j < end; j++) sum += rows[r * dimension + j] * vectors[v * dimension + j];
      float *target = out + v * stride + r;
      *target = (first == 0 ? 0 : *target) + sum;
    }
  }
}

TARGET static void VERSION(narrow_products)(const float *vectors, size_t vector_count, const float *rows, size_t row_count,
                                   size_t dimension, float *out, size_t stride) {
  for (size_t first = 0; first < dimension; first += narrow_chunk) {
    size_t end = lesser(first + narrow_chunk, dimension);
    // A row's elements come from memory once and then serve all vectors, whose elements stay in the cache.
    for (size_t r = 0; r < row_count;) {
      const size_t height = row_count - r < NARROW_ROWS ? 1 : NARROW_ROWS;
      const bool asks = height == NARROW_ROWS && r + narrow_ahead + NARROW_ROWS <= row_count;
      const bool both = vector_count >= 2 * NARROW_VECTORS;
      for (size_t v = 0; v < vector_count;) {
        const size_t count = vector_count - v < NARROW_VECTORS ? 1 : NARROW_VECTORS;
        const float *own = vectors + v * dimension, *block = rows + r * dimension;
        float *target = out + v * stride + r;
        // The first two tiles share the asking, so that memory is never idle.
        if (count == NARROW_VECTORS && asks && v == 0 && both)
          VERSION(products_tile)(own, NARROW_VECTORS, block, NARROW_ROWS, dimension, first, end, 0, NARROW_ROWS / 2, target, stride);
        else if (count == NARROW_VECTORS && asks && v == NARROW_VECTORS)
          VERSION(products_tile)(own, NARROW_VECTORS, block, NARROW_ROWS, dimension, first, end, NARROW_ROWS / 2, NARROW_ROWS, target, stride);
        else if (count == NARROW_VECTORS && asks && v == 0)
          VERSION(products_tile)(own, NARROW_VECTORS, block, NARROW_ROWS, dimension, first, end, 0, NARROW_ROWS, target, stride);
        else if (height == NARROW_ROWS && count == NARROW_VECTORS)
          VERSION(products_tile)(own, NARROW_VECTORS, block, NARROW_ROWS, dimension, first, end, 0, 0, target, stride);
        else if (height == NARROW_ROWS)
          VERSION(products_tile)(own, 1, block, NARROW_ROWS, dimension, first, end, 0, 0, target, stride);
        else if (count == NARROW_VECTORS)
          VERSION(products_tile)(own, NARROW_VECTORS, block, 1, dimension, first, end, 0, 0, target, stride);
        else
          VERSION(products_tile)(own, 1, block, 1, dimension, first, end, 0, 0, target, stride);
        v += count;
      }
      r += height;
    }
  }
}

INLINED TARGET void VERSION(sums_rows)(const float *weights, size_t stride, size_t vector_count, const float *rows,
                                     const size_t row_count, size_t dimension, size_t first, size_t end,
                                     float *out) {
  enum { width = sizeof(NARROW) / sizeof(float) };
  size_t i = first;
  for (; i + width <= end; i += width) {
    NARROW elements[NARROW_DEPTH];
    UNROLLED for (size_t r = 0; r < row_count; r++) elements[r] = *(const LOOSE_NARROW *)(rows + r * dimension + i);
    for (size_t v = 0; v < vector_count; v++) {
      LOOSE_NARROW *target = (LOOSE_NARROW *)(out + v * dimension + i);
      NARROW sum = *target;
      UNROLLED for (size_t r = 0; r < row_count; r++) sum += weights[v * stride + r] * elements[r];
      *target = sum;
    }
  }
  for (size_t v = 0; v < vector_count; v++) {
    for (size_t j = i; j < end; j++) {
      float sum = out[v * dimension + j];
      UNROLLED for (size_t r = 0; r < row_count; r++) sum += weights[v * stride + r] * rows[r * dimension + j];
      out[v * dimension + j] = sum;
    }
  }
}

TARGET static void VERSION(narrow_sums)(const float *weights, size_t stride, size_t vector_count, const float *rows,
                               size_t row_count, size_t dimension, size_t from, size_t to, float *out) {
  for (size_t first = from; first < to; first += narrow_chunk) {
    size_t end = lesser(first + narrow_chunk, to);
    size_t r = 0;
    for (; r + NARROW_DEPTH <= row_count; r += NARROW_DEPTH)
      VERSION(sums_rows)(weights + r, stride, vector_count, rows + r * dimension, NARROW_DEPTH, dimension, first, end, out);
    for (; r < row_count; r++)
      VERSION(sums_rows)(weights + r, stride, vector_count, rows + r * dimension, 1, dimension, first, end, out);
  }
}

// Linear layers that learn.

INLINED TARGET void VERSION(linear_strip)(const float *weights, size_t outputs, size_t inputs, const float *panel,
                                          const size_t panels, size_t width, const float *bias, float *out,
                                          size_t stride) {
  for (size_t o = 0; o < outputs; o += TILE_ROWS) {
#define CALL(n) linear_tile(weights + o * inputs, n, inputs, panel, panels, width, bias + o, out + o, stride)
    FOR_TILE_ROWS(lesser(TILE_ROWS, outputs - o), CALL)
#undef CALL
  }
}

TARGET static void VERSION(linear)(const float *weights, size_t outputs, size_t inputs, const float *panels,
                                   size_t batch, const float *bias, float *out, size_t stride) {
  for (size_t first = 0; first < outputs; first += block_rows) {
    size_t height = lesser(block_rows, outputs - first);
    const float *block = weights + first * inputs;
    for (size_t b = 0; b < batch;) {
      const float *panel = panels + b * inputs;
      float *target = out + b * stride + first;
      if (batch - b > (TILE_PANELS - 1) * ck_panel_width) {
        VERSION(linear_strip)(block, height, inputs, panel, TILE_PANELS, batch - b, bias + first, target, stride);
        b += TILE_PANELS * ck_panel_width;
      } else {
        VERSION(linear_strip)(block, height, inputs, panel, 1, batch - b, bias + first, target, stride);
        b += ck_panel_width;
      }
    }
  }
}

INLINED TARGET void VERSION(adagrad_strip)(const float *errors, size_t depth, size_t batch, const float *panel,
                                           const size_t panels, size_t width, bool starts, float rate, float epsilon,
                                           float *weights, float *squares, float *back, size_t stride) {
  for (size_t b = 0; back && b < batch; b += TILE_ROWS) {
#define CALL(n) back_tile(errors + b, batch, n, depth, weights, stride, panels, width, starts, back + b * stride)
    FOR_TILE_ROWS(lesser(TILE_ROWS, batch - b), CALL)
#undef CALL
  }
  for (size_t o = 0; o < depth; o += TILE_ROWS) {
#define CALL(n)                                                                                               \
  adagrad_tile(errors + o * batch, n, batch, panel, panels, width, rate, epsilon, weights + o * stride,       \
               squares + o * stride, stride)
    FOR_TILE_ROWS(lesser(TILE_ROWS, depth - o), CALL)
#undef CALL
  }
}

TARGET static void VERSION(adagrad)(const float *errors, size_t outputs, size_t batch, const float *panels,
                                    size_t inputs, float rate, float epsilon, float *weights, float *squares,
                                    float *back, size_t stride) {
  // A strip of a block of rows, with what it is multiplied by on either side, stays in the first-level cache while its
  // product goes back and it moves.
  for (size_t first = 0; first < outputs; first += block_rows) {
    size_t depth = lesser(block_rows, outputs - first);
    const float *own = errors + first * batch;
    float *w = weights + first * stride, *s = squares + first * stride;
    for (size_t i = 0; i < inputs;) {
      enum { tile = TILE_PANELS * ck_panel_width };
      const float *panel = panels + i * batch;
      float *target = back ? back + i : NULL;
      if (inputs - i >= tile) {
        VERSION(adagrad_strip)(own, depth, batch, panel, TILE_PANELS, tile, first == 0, rate, epsilon, w + i, s + i, target, stride);
        i += tile;
      } else {
        size_t width = lesser(ck_panel_width, inputs - i);
        VERSION(adagrad_strip)(own, depth, batch, panel, 1, width, first == 0, rate, epsilon, w + i, s + i, target, stride);
        i += width;
      }
    }
  }
}

TARGET static void VERSION(adagrad_rows)(const float *errors, const int32_t *rows, size_t count, const int32_t *starts,
                                         const int32_t *items, const float *values, size_t first, size_t end,
                                         float rate, float epsilon, float *weights, float *squares, size_t stride) {
  enum { block = row_vectors * ck_panel_width };
  for (size_t p = 0; p < count; p++) {
    const int32_t *places = items + starts[p];
    const float *scales = values + starts[p];
    size_t own = (size_t)(starts[p + 1] - starts[p]), o = first;
    float *w = weights + (size_t)rows[p] * stride, *s = squares + (size_t)rows[p] * stride;
    for (; o + block <= end; o += block) {
      vector sums[row_vectors] = {{0}};
      sum_rows(errors + o, stride, places, scales, own, row_vectors, sums);
      UNROLLED for (size_t v = 0; v < row_vectors; v++)
        adagrad_memory(&sums[v], ck_panel_width, rate, epsilon, w + o + v * ck_panel_width, s + o + v * ck_panel_width);
    }
    for (; o + ck_panel_width <= end; o += ck_panel_width) {
      vector sum = {0};
      sum_rows(errors + o, stride, places, scales, own, 1, &sum);
      adagrad_memory(&sum, ck_panel_width, rate, epsilon, w + o, s + o);
    }
    if (o == end) continue;
    vector sum = {0};
    for (size_t lane = 0; o + lane < end; lane++)
      for (size_t k = 0; k < own; k++) sum[lane] += scales[k] * errors[(size_t)places[k] * stride + o + lane];
    adagrad_memory(&sum, end - o, rate, epsilon, w + o, s + o);
  }
}

TARGET static void VERSION(sparse_products)(const float *table, const int32_t *starts, const int32_t *places,
                                            const float *values, size_t row_count, const float *bias, size_t first,
                                            size_t end, float *out, size_t stride) {
  enum { block = row_vectors * ck_panel_width };
  // The part of the table that a block of outputs reads stays in the cache from one row to the next.
  size_t o = first;
  for (; o + block <= end; o += block) {
    for (size_t r = 0; r < row_count; r++) {
      vector sums[row_vectors];
      UNROLLED for (size_t v = 0; v < row_vectors; v++) sums[v] = *(const loose_vector *)(bias + o + v * ck_panel_width);
      sum_rows(table + o, stride, places + starts[r], values + starts[r], (size_t)(starts[r + 1] - starts[r]),
               row_vectors, sums);
      UNROLLED for (size_t v = 0; v < row_vectors; v++)
        *(loose_vector *)(out + r * stride + o + v * ck_panel_width) = sums[v];
    }
  }
  for (size_t r = 0; r < row_count; r++) {
    size_t own = (size_t)(starts[r + 1] - starts[r]), rest = o;
    for (; rest + ck_panel_width <= end; rest += ck_panel_width) {
      vector sum = *(const loose_vector *)(bias + rest);
      sum_rows(table + rest, stride, places + starts[r], values + starts[r], own, 1, &sum);
      *(loose_vector *)(out + r * stride + rest) = sum;
    }
    for (; rest < end; rest++) {
      float sum = bias[rest];
      for (int32_t k = starts[r]; k < starts[r + 1]; k++) sum += values[k] * table[(size_t)places[k] * stride + rest];
      out[r * stride + rest] = sum;
    }
  }
}

TARGET static size_t VERSION(list_below)(const float *values, const float *addends, size_t count, float limit,
                                         int32_t *places) {
  size_t found = 0, k = 0;
  for (; k + ck_panel_width <= count; k += ck_panel_width) {
    indices below = *(const loose_vector *)(values + k) + *(const loose_vector *)(addends + k) < limit;
    if (__builtin_reduce_or(below) == 0) continue;
    for (int32_t lane = 0; lane < ck_panel_width; lane++) {
      places[found] = (int32_t)k + lane;
      found += below[lane] != 0;
    }
  }
  for (; k < count; k++) {
    places[found] = (int32_t)k;
    found += values[k] + addends[k] < limit;
  }
  return found;
}

static const struct ck_kernels VERSION(kernels) = {
    .affine = VERSION(affine),
    .nearest = VERSION(nearest),
    .nearest_bounded = VERSION(nearest_bounded),
    .distances = VERSION(distances),
    .add_triangle = VERSION(add_triangle),
    .normalise_contrast = VERSION(normalise_contrast),
    .narrow_products = VERSION(narrow_products),
    .narrow_sums = VERSION(narrow_sums),
    .linear = VERSION(linear),
    .adagrad = VERSION(adagrad),
    .adagrad_rows = VERSION(adagrad_rows),
    .sparse_products = VERSION(sparse_products),
    .list_below = VERSION(list_below),
};
