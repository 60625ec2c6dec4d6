#pragma once
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

// Reading with libpng's full interface, which reports an error by a jump out of the call (setjmp): no frame of Swift may
// lie between, so the whole reading is one call from Swift. The simplified interface does not jump, and always converts
// gamma, 16 bits and transparency to what a screen should show.

/// A file in memory and how far it has been read.
struct shim_png_source {
  const unsigned char *bytes;
  size_t count;
  char *message;
  size_t messageSize;
};

static void shim_png_read_bytes(png_structp png, png_bytep target, size_t count) {
  struct shim_png_source *source = (struct shim_png_source *)png_get_io_ptr(png);
  if (count > source->count) png_error(png, "the file ends too early");
  memcpy(target, source->bytes, count);
  source->bytes += count;
  source->count -= count;
}

static void shim_png_fail(png_structp png, png_const_charp reason) {
  struct shim_png_source *source = (struct shim_png_source *)png_get_error_ptr(png);
  snprintf(source->message, source->messageSize, "%s", reason);
  png_longjmp(png, 1);
}

static void shim_png_ignore(png_structp png, png_const_charp reason) { (void)png, (void)reason; }

/// Reads the stored pixels of a PNG of known size: no gamma, no transparency. 16 bits of colour or with alpha lose their
/// low byte; 16 bits of grey alone become min(value, 255).
///
/// `pixels` has width x height x channels bytes, 1 channel for grey and 3 for colour and palettes. Returns 1, or 0 with
/// the reason in `message`.
static inline int shim_png_read(
    const unsigned char *bytes, size_t count, unsigned width, unsigned height, int channels, unsigned char *pixels,
    char *message, size_t messageSize) {
  struct shim_png_source source = {bytes, count, message, messageSize};
  png_bytep volatile row = NULL;
  png_infop volatile made = NULL;
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source, shim_png_fail, shim_png_ignore);
  if (png == NULL) {
    snprintf(message, messageSize, "no memory for a PNG decoder");
    return 0;
  }
  if (setjmp(png_jmpbuf(png))) {
    png_infop info = made;
    png_free(png, row);
    png_destroy_read_struct(&png, info ? &info : NULL, NULL);
    return 0;
  }
  png_infop info = made = png_create_info_struct(png);
  if (info == NULL) png_error(png, "no memory for a PNG decoder");
  png_set_read_fn(png, &source, shim_png_read_bytes);
  png_read_info(png, info);
  int type = png_get_color_type(png, info);
  int isDeepGrey = type == PNG_COLOR_TYPE_GRAY && png_get_bit_depth(png, info) == 16;
  if (!isDeepGrey) png_set_strip_16(png);
  if (type == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
  if (type == PNG_COLOR_TYPE_GRAY) png_set_expand_gray_1_2_4_to_8(png);
  png_set_strip_alpha(png);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  size_t rowBytes = (size_t)width * channels * (isDeepGrey ? 2 : 1);
  if (png_get_image_width(png, info) != width || png_get_image_height(png, info) != height
      || png_get_rowbytes(png, info) != rowBytes)
    png_error(png, "its header contradicts itself");
  if (!isDeepGrey) {
    for (int pass = 0; pass < passes; pass++)
      for (unsigned y = 0; y < height; y++) png_read_row(png, pixels + (size_t)y * rowBytes, NULL);
  } else {
    // Passes of an interlaced image complete the rows of earlier ones, so all of it is kept.
    row = (png_bytep)png_malloc(png, rowBytes * (passes > 1 ? height : 1));
    for (int pass = 0; pass < passes; pass++)
      for (unsigned y = 0; y < height; y++) {
        png_bytep target = row + (passes > 1 ? y * rowBytes : 0);
        png_read_row(png, target, NULL);
        if (pass == passes - 1)
          for (unsigned x = 0; x < width; x++)
            pixels[(size_t)y * width + x] = target[2 * x] ? 255 : target[2 * x + 1];
      }
  }
  png_read_end(png, NULL);
  png_free(png, row);
  png_destroy_read_struct(&png, &info, NULL);
  return 1;
}
