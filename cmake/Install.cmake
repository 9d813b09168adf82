# `cmake --install build/release --prefix DIR`: a folder that can be moved anywhere, with the engine's
# libraries and the installed models in it.
set(ICA_INSTALL_MODELS "" CACHE STRING "Models whose weights are installed; empty for all there are")

set(ica_lib ${CMAKE_INSTALL_LIBDIR}/image-cluster-ai)
set(ica_share ${CMAKE_INSTALL_DATADIR}/image-cluster-ai)

# RPATH rather than RUNPATH: it counts for what the libraries need in turn too, which the tar.gz of
# cmake/Package.cmake relies on.
target_link_options(image-cluster-ai PRIVATE -Wl,--disable-new-dtags)
install(TARGETS image-cluster-ai RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY models/ DESTINATION ${ica_share}/models FILES_MATCHING PATTERN "*.json")
install(DIRECTORY data/concepts DESTINATION ${ica_share})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(NOT DEFINED ENV{OpenVINO_DIR})
  # libopenvino_c.so without a version is for the linker.
  install(DIRECTORY ${ICA_DEPS_DIR}/openvino/lib/ DESTINATION ${ica_lib}
          PATTERN libopenvino_c.so EXCLUDE)
  install(DIRECTORY ${ICA_DEPS_DIR}/openvino/licenses/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/openvino)
endif()

# The hidden files are the stamps of tools/setup.sh.
if(ICA_INSTALL_MODELS)
  list(TRANSFORM ICA_INSTALL_MODELS PREPEND ${ICA_DEPS_DIR}/models/ OUTPUT_VARIABLE ica_weights)
else()
  set(ica_weights ${ICA_DEPS_DIR}/models/)
endif()
install(DIRECTORY ${ica_weights} DESTINATION ${ica_share}/weights OPTIONAL PATTERN ".*" EXCLUDE)
