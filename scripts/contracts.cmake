# The contracts and their C bindings: forge compiles, scripts/bindgen.mjs writes C into <build>/gen/bind, and
# MO_BIND_SOURCES names it for the floor `bind`. Headers are included as "bind/<contract>.h". Both run only when a
# contract or the generator has changed; a binding that comes out the same is not compiled again.
find_program(MO_NODE node REQUIRED)
set(MO_FORGE ${CMAKE_SOURCE_DIR}/node_modules/.bin/forge)
if(NOT EXISTS ${MO_FORGE})
  message(FATAL_ERROR "${MO_FORGE} is missing: run scripts/bootstrap")
endif()

set(MO_BIND_INCLUDE ${CMAKE_BINARY_DIR}/gen)
set(mo_bind_out ${MO_BIND_INCLUDE}/bind)
set(mo_artifacts ${CMAKE_SOURCE_DIR}/build/contracts/out)
file(MAKE_DIRECTORY ${mo_bind_out})
file(GLOB_RECURSE mo_contracts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/contracts/src/*.sol)
file(GLOB mo_bindgen CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/scripts/bindgen/*.mjs)
list(APPEND mo_bindgen ${CMAKE_SOURCE_DIR}/scripts/bindgen.mjs)

execute_process(
  COMMAND ${MO_NODE} ${CMAKE_SOURCE_DIR}/scripts/bindgen.mjs --list ${CMAKE_SOURCE_DIR}/contracts/src
  OUTPUT_VARIABLE mo_bind_files OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "\n" ";" mo_bind_files "${mo_bind_files}")
list(TRANSFORM mo_bind_files PREPEND ${mo_bind_out}/)
set(MO_BIND_SOURCES ${mo_bind_files})
list(FILTER MO_BIND_SOURCES INCLUDE REGEX "\\.c$")

add_custom_command(
  OUTPUT ${mo_bind_files}
  COMMAND ${MO_FORGE} build --skip test --quiet
  COMMAND ${MO_NODE} ${CMAKE_SOURCE_DIR}/scripts/bindgen.mjs ${CMAKE_SOURCE_DIR}/contracts/src ${mo_artifacts} ${mo_bind_out}
  DEPENDS ${mo_contracts} ${mo_bindgen} ${CMAKE_SOURCE_DIR}/foundry.toml ${CMAKE_SOURCE_DIR}/package-lock.json
  WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
  COMMENT "contracts and their bindings"
  VERBATIM)

# The bindings against ethers: a test that is written anew whenever a contract changes, from a fixed seed.
set(mo_vectors ${CMAKE_BINARY_DIR}/gen/test_vectors.c)
add_custom_command(
  OUTPUT ${mo_vectors}
  COMMAND ${MO_NODE} ${CMAKE_SOURCE_DIR}/scripts/bind-vectors.mjs ${CMAKE_SOURCE_DIR}/contracts/src ${mo_artifacts} 1 ${mo_vectors}
  DEPENDS ${mo_bind_files} ${CMAKE_SOURCE_DIR}/scripts/bind-vectors.mjs
  WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
  COMMENT "vectors of the bindings"
  VERBATIM)

# To be called once mo_bind is there.
function(mo_bind_tests)
  add_executable(bind_test_vectors ${mo_vectors})
  target_link_libraries(bind_test_vectors PRIVATE mo_bind PkgConfig::CMOCKA)
  add_test(NAME bind/test_vectors COMMAND bind_test_vectors)
  set_tests_properties(bind/test_vectors PROPERTIES LABELS unit TIMEOUT 120)
endfunction()
