#pragma once
// Prototypes only: LAPACK's Fortran entry points are inside libopenblas, so LAPACKE (a second library, bound to
// whatever liblapack the system has chosen) is not linked.
#include <cblas.h>
#include <lapack.h>
