# Packages of the installed program, made by deploy/package.sh: a .deb, which leaves the libraries
# to Debian, and a tar.gz, which brings all of them but the C and C++ run-time libraries. What only one
# of them needs is a component of its own and no part of `cmake --install`.
set(ica_deploy ${PROJECT_SOURCE_DIR}/deploy)

# ---- the .deb ------------------------------------------------------------------------------------

string(TIMESTAMP ica_date "%a, %d %b %Y %H:%M:%S +0000" UTC)
set(ica_package ${PROJECT_BINARY_DIR}/package)
set(ica_contact "Image Cluster AI maintainers <maintainers@image-cluster-ai.invalid>")
file(WRITE ${ica_package}/changelog
     "image-cluster-ai (${PROJECT_VERSION}) stable; urgency=medium\n\n"
     "  * See the project's CHANGELOG.md.\n\n -- ${ica_contact}  ${ica_date}\n")
foreach(text ${ica_package}/changelog ${ica_deploy}/debian/image-cluster-ai.1)
  get_filename_component(name ${text} NAME)
  add_custom_command(OUTPUT ${ica_package}/${name}.gz
    COMMAND gzip -9nc ${text} > ${ica_package}/${name}.gz DEPENDS ${text} VERBATIM)
  list(APPEND ica_compressed ${ica_package}/${name}.gz)
endforeach()
add_custom_target(package_texts DEPENDS ${ica_compressed})

set(ica_debian COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES ${ica_deploy}/image-cluster-ai.service
        DESTINATION /usr/lib/systemd/system ${ica_debian})
install(FILES ${ica_deploy}/image-cluster-ai.conf DESTINATION /etc/image-cluster-ai ${ica_debian})
install(FILES ${ica_package}/image-cluster-ai.1.gz DESTINATION /usr/share/man/man1 ${ica_debian})
install(FILES ${ica_package}/changelog.gz ${ica_deploy}/debian/copyright
        DESTINATION /usr/share/doc/image-cluster-ai ${ica_debian})

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION graphics)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${ICA_DEPS_DIR}/openvino/lib)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates) # for captioning servers with https
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
foreach(control conffiles postinst prerm postrm)
  list(APPEND CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${ica_deploy}/debian/${control})
endforeach()

# ---- the tar.gz ----------------------------------------------------------------------------------

install(CODE "
  set(PROGRAM \"$<TARGET_FILE:image-cluster-ai>\")
  set(LIBRARIES \"\${CMAKE_INSTALL_PREFIX}/${ica_lib}\")
  set(NOTICES \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DOCDIR}/libraries\")
  include(\"${PROJECT_SOURCE_DIR}/cmake/BundleScript.cmake\")"
  COMPONENT bundle EXCLUDE_FROM_ALL)

# ---- both ----------------------------------------------------------------------------------------

set(CPACK_PACKAGE_NAME image-cluster-ai)
set(CPACK_PACKAGE_CONTACT ${ica_contact})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "group images by what they show and describe each group")
set(CPACK_PACKAGE_DESCRIPTION
"Many images go in, meaningful groups come out, each with a short description.
One native program is the server, the command line and the web page. It works
offline; the inference engine and the weights of a model are in the package.")
set(CPACK_PACKAGE_FILE_NAME
    image-cluster-ai-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_PACKAGE_CHECKSUM SHA256)
set(CPACK_STRIP_FILES ON)
set(CPACK_THREADS 0)

# CPack reads this once for each kind of package.
set(CPACK_PROJECT_CONFIG_FILE ${ica_package}/CPackKind.cmake)
file(WRITE ${CPACK_PROJECT_CONFIG_FILE} [=[
if(CPACK_GENERATOR STREQUAL "DEB")
  set(CPACK_SET_DESTDIR ON)
  set(CPACK_INSTALL_PREFIX /usr)
  set(component debian)
else()
  set(component bundle)
endif()
list(GET CPACK_INSTALL_CMAKE_PROJECTS 0 build)
set(CPACK_INSTALL_CMAKE_PROJECTS
    "${build};image-cluster-ai;Unspecified;/;${build};image-cluster-ai;${component};/")
]=])
include(CPack)
