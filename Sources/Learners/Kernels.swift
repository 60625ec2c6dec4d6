import CKernels

/// The inner loops for this processor's instruction set; `kernels.h` says what each one does.
var kernels: ck_kernels { ck_best_kernels().pointee }
