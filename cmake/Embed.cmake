# ica_embed(TARGET ARRAY FOLDER): compile all files below a folder into TARGET as `ARRAY[]` (see
# src/http/embedded.h), each with a compressed twin where that is smaller, so that the program needs
# no files beside it for its pages.
find_program(ICA_GZIP gzip REQUIRED)

function(ica_embed target array folder)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${folder} ${folder}/*)
  list(FILTER files EXCLUDE REGEX "(^|/)\\.|~$")
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${array}.c)
  list(TRANSFORM files PREPEND ${folder}/ OUTPUT_VARIABLE paths)
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${folder} "-DFILES=${files}" -DARRAY=${array} -DOUT=${out}
            -DGZIP=${ICA_GZIP} -P ${PROJECT_SOURCE_DIR}/cmake/EmbedScript.cmake
    DEPENDS ${paths} ${PROJECT_SOURCE_DIR}/cmake/EmbedScript.cmake
    COMMENT "Embedding ${folder}" VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()
