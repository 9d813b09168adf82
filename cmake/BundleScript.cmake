# Copies every library that PROGRAM needs and that is neither the C or C++ run-time library, which
# every system has in a version that fits it, nor OpenVINO's, into LIBRARIES, and what their Debian
# packages say of author and licence into NOTICES.
file(GET_RUNTIME_DEPENDENCIES EXECUTABLES ${PROGRAM}
  RESOLVED_DEPENDENCIES_VAR found
  PRE_EXCLUDE_REGEXES "^ld-linux" "^libopenvino"
                      "^lib(c|m|dl|rt|pthread|resolv|stdc\\+\\+|gcc_s)\\.so")

file(MAKE_DIRECTORY ${LIBRARIES} ${NOTICES})
set(list "")
foreach(path IN LISTS found)
  get_filename_component(name ${path} NAME)
  file(REAL_PATH ${path} file)
  file(COPY_FILE ${file} ${LIBRARIES}/${name})
  execute_process(COMMAND dpkg-query -S "*/${name}"
                  OUTPUT_VARIABLE owner COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX REPLACE ":.*" "" package "${owner}")
  execute_process(COMMAND dpkg-query -W -f "\${source:Package} \${source:Version}" ${package}
                  OUTPUT_VARIABLE source COMMAND_ERROR_IS_FATAL ANY)
  string(APPEND list "${name}: package ${package}, source ${source}\n")
  file(COPY_FILE /usr/share/doc/${package}/copyright ${NOTICES}/${package}.copyright)
endforeach()
file(WRITE ${NOTICES}/README
  "These libraries are copies of Debian's, unchanged; Debian publishes their sources under the\n"
  "names and versions below. PACKAGE.copyright beside this file holds authors and licences. libx265 is\n"
  "under the GNU General Public License, version 2 or later; libheif needs it to start.\n\n${list}")
