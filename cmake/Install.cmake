# `cmake --install build/release --prefix DIR`: a folder that can be moved anywhere, with the engine's
# libraries and the installed models in it.
set(ica_lib ${CMAKE_INSTALL_LIBDIR}/image-cluster-ai)
set(ica_share ${CMAKE_INSTALL_DATADIR}/image-cluster-ai)

install(TARGETS image-cluster-ai RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY models/ DESTINATION ${ica_share}/models FILES_MATCHING PATTERN "*.json")
install(DIRECTORY data/concepts DESTINATION ${ica_share})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(NOT DEFINED ENV{OpenVINO_DIR})
  install(DIRECTORY ${ICA_DEPS_DIR}/openvino/lib/ DESTINATION ${ica_lib})
  install(DIRECTORY ${ICA_DEPS_DIR}/openvino/licenses/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/openvino)
endif()
install(DIRECTORY ${ICA_DEPS_DIR}/models/ DESTINATION ${ica_share}/weights OPTIONAL)
