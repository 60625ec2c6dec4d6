#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <dlfcn.h>
#include <malloc.h>
#include <torch/headeronly/version.h>

#include "border.hpp"

namespace border {

std::string &last_error() {
  thread_local std::string message;
  return message;
}

namespace {

// The text that a description function returned last in this thread.
const char *keep(std::string text) {
  thread_local std::string kept;
  kept = std::move(text);
  return kept.c_str();
}

std::string folder_of(void *address) {
  Dl_info info;
  if (dladdr(address, &info) == 0 || info.dli_fname == nullptr) return "";
  std::string path = info.dli_fname;
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

}  // namespace
}  // namespace border

const char *ctorch_last_error(void) { return border::last_error().c_str(); }

const char *ctorch_version(void) { return TORCH_VERSION; }

const char *ctorch_cpu_capability(void) {
  const char *text = "";
  border::guarded([&] { text = border::keep(at::get_cpu_capability()); });
  return text;
}

int32_t ctorch_threads(void) { return at::get_num_threads(); }

int32_t ctorch_set_threads(int32_t count) {
  return border::status([&] { at::set_num_threads(count); });
}

int32_t ctorch_open_cuda(void) {
  int32_t devices = -1;
  border::guarded([&] {
    const std::string path =
        border::folder_of(reinterpret_cast<void *>(&at::get_parallel_info)) + "libtorch_cuda.so";
    if (dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL) == nullptr) throw std::runtime_error(dlerror());
    // float32 is what it says: cuDNN would round the operands of convolutions to TF32, as cuBLAS does not by default.
    at::globalContext().setAllowTF32CuDNN(false);
    // Of cuDNN's algorithms those that give the same sums every time.
    at::globalContext().setDeterministicCuDNN(true);
    devices = static_cast<int32_t>(at::detail::getCUDAHooks().deviceCount());
  });
  return devices;
}

int32_t ctorch_retain_freed_memory(void) {
  // glibc maps large blocks one by one and returns them on free, so every step would fault in the pages of its
  // gradients again; below these thresholds freed blocks stay in the heap and are reused. Older versions map whatever
  // is larger than 32 MiB.
  const bool accepted = (mallopt(M_MMAP_THRESHOLD, 1 << 30) == 1 || mallopt(M_MMAP_THRESHOLD, 32 << 20) == 1) &&
                        mallopt(M_TRIM_THRESHOLD, 1 << 30) == 1;
  if (!accepted) border::last_error() = "the C library refused the allocation thresholds";
  return accepted ? 0 : -1;
}

const char *ctorch_library_answering(const char *symbol) {
  void *address = dlsym(RTLD_DEFAULT, symbol);
  Dl_info info;
  if (address == nullptr || dladdr(address, &info) == 0) return nullptr;
  return info.dli_fname;
}
