# Writes OUT: a C source with the bytes of FILES (names relative to FOLDER) as ARRAY. GZIP writes
# neither name nor time into what it makes, so that the same files give the same source.
set(arrays "")
set(rows "")
set(index 0)
set(packed ${OUT}.gz)

# Add `static const unsigned char NAME[]` with the content of `path` to `arrays`.
function(append_array name path)
  file(READ ${path} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)"
         "\\1\n" bytes "${bytes}")
  string(APPEND arrays "static const unsigned char ${name}[] = {\n${bytes}0};\n")
  set(arrays "${arrays}" PARENT_SCOPE)
endfunction()

foreach(file IN LISTS FILES)
  set(path ${FOLDER}/${file})
  append_array(file_${index} ${path})
  execute_process(COMMAND ${GZIP} -9nc ${path} OUTPUT_FILE ${packed} RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "${GZIP} cannot compress ${path}.")
  endif()
  file(SIZE ${path} size)
  file(SIZE ${packed} packed_size)
  set(twin "0, 0")
  if(packed_size LESS size)
    append_array(gzip_${index} ${packed})
    set(twin "gzip_${index}, sizeof gzip_${index} - 1")
  endif()
  string(APPEND rows "    {\"${file}\", {file_${index}, sizeof file_${index} - 1}, {${twin}}},\n")
  math(EXPR index "${index} + 1")
endforeach()
file(REMOVE ${packed})
file(WRITE ${OUT} "/* Made by cmake/EmbedScript.cmake. */\n#include \"http/embedded.h\"\n\n${arrays}\n"
     "const struct ica_embedded_file ${ARRAY}[] = {\n${rows}    {0, {0, 0}, {0, 0}},\n};\n")
