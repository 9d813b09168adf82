# The product kernels: each is compiled for its vector unit, and chosen when the program runs.
set(kernels ${CMAKE_CURRENT_SOURCE_DIR}/domain/vectors)
set(multiply_add -O3 -ffp-contract=fast) # what the products round to decides nothing
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set_source_files_properties(${kernels}/product_avx512.c PROPERTIES
    COMPILE_OPTIONS "${multiply_add};-mavx512f;-mfma;-mprefer-vector-width=512")
  set_source_files_properties(${kernels}/product_avx2.c PROPERTIES
    COMPILE_OPTIONS "${multiply_add};-mavx2;-mfma")
  set(foreign neon)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  set_source_files_properties(${kernels}/product_neon.c PROPERTIES COMPILE_OPTIONS "${multiply_add}")
  set(foreign avx512 avx2)
else()
  set(foreign avx512 avx2 neon)
endif()
set_source_files_properties(${kernels}/product_plain.c PROPERTIES COMPILE_OPTIONS "${multiply_add}")
foreach(unit IN LISTS foreign)
  set_source_files_properties(${kernels}/product_${unit}.c PROPERTIES HEADER_FILE_ONLY ON)
endforeach()
