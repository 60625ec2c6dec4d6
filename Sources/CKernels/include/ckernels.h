#pragma once
// What Swift imports as CKernels.
#include "kernels.h"
