# The layers of the program. Each is a static library that sees only the headers of the layers it is
# given: its include path holds one link per allowed layer, so that a wrong #include does not compile.

set(ICA_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes
    -Wmissing-prototypes -Wvla)

add_library(ica_options INTERFACE)
target_compile_options(ica_options INTERFACE
  ${ICA_WARNINGS} $<$<BOOL:${ICA_WERROR}>:-Werror>
  -fno-common -fstack-protector-strong -ffp-contract=off
  $<$<CONFIG:Release>:-O3> $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2>
  -include ${PROJECT_SOURCE_DIR}/src/base/banned.h)
target_compile_definitions(ica_options INTERFACE _GNU_SOURCE)
target_link_options(ica_options INTERFACE -Wl,-z,relro,-z,now)
if(ICA_SANITIZE)
  target_compile_options(ica_options INTERFACE
    -fsanitize=${ICA_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(ica_options INTERFACE -fsanitize=${ICA_SANITIZE})
endif()

# ica_layer(NAME FOLDER [uses...]): library ica_NAME of all sources below src/FOLDER, whose
# headers are included as "FOLDER/x.h" by whoever links it. `uses` are other layers or libraries.
function(ica_layer name folder)
  set(include_root ${CMAKE_BINARY_DIR}/include/${name})
  get_filename_component(parent ${include_root}/${folder} DIRECTORY)
  file(MAKE_DIRECTORY ${parent})
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/src/${folder} ${include_root}/${folder} SYMBOLIC)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${folder}/*.c)
  if(sources)
    add_library(ica_${name} STATIC ${sources})
    target_include_directories(ica_${name} PUBLIC ${include_root})
    target_link_libraries(ica_${name} PRIVATE ica_options PUBLIC ${ARGN})
  else()
    add_library(ica_${name} INTERFACE)
    target_include_directories(ica_${name} INTERFACE ${include_root})
    target_link_libraries(ica_${name} INTERFACE ${ARGN})
  endif()
endfunction()
