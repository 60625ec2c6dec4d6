#pragma once
// What the allocator of the C library is asked, which the Glibc module leaves out.
#include <malloc.h>
