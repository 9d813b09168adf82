# Third-party libraries: the distribution's own through pkg-config, and OpenVINO, which
# tools/setup.sh unpacks below deps/ (or any installed one that OpenVINO_DIR names).
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

# ica_pkg(NAME MODULE): target ica_pkg_NAME for a pkg-config module.
function(ica_pkg name module)
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET ${module})
  add_library(ica_pkg_${name} INTERFACE)
  target_link_libraries(ica_pkg_${name} INTERFACE PkgConfig::${name})
endfunction()

ica_pkg(jpeg libjpeg)
ica_pkg(spng spng)
ica_pkg(webp libwebp)
ica_pkg(webpdemux libwebpdemux)
ica_pkg(tiff libtiff-4)
ica_pkg(heif libheif)
ica_pkg(lcms lcms2)
ica_pkg(microhttpd libmicrohttpd)
ica_pkg(jansson jansson)
ica_pkg(curl libcurl)
ica_pkg(utf8proc libutf8proc)
ica_pkg(sqlite sqlite3)

# giflib ships no pkg-config file.
find_package(GIF REQUIRED)
add_library(ica_pkg_gif INTERFACE)
target_link_libraries(ica_pkg_gif INTERFACE GIF::GIF)

add_library(ica_pkg_openvino INTERFACE)
if(DEFINED ENV{OpenVINO_DIR})
  find_package(OpenVINO REQUIRED COMPONENTS Runtime)
  target_link_libraries(ica_pkg_openvino INTERFACE openvino::runtime::c)
else()
  find_library(ICA_OPENVINO_LIBRARY openvino_c PATHS ${ICA_DEPS_DIR}/openvino/lib NO_DEFAULT_PATH)
  if(NOT ICA_OPENVINO_LIBRARY)
    message(FATAL_ERROR "OpenVINO is missing in ${ICA_DEPS_DIR}/openvino: run tools/setup.sh, "
                        "or name an installed one with OpenVINO_DIR.")
  endif()
  target_include_directories(ica_pkg_openvino SYSTEM INTERFACE ${ICA_DEPS_DIR}/openvino/include)
  target_link_libraries(ica_pkg_openvino INTERFACE ${ICA_OPENVINO_LIBRARY})
endif()
