#!/usr/bin/env node
// Writes a C test of the generated bindings: every call, result, event and constructor of every bound contract with
// values drawn from a seed, encoded by ethers, which knows nothing of ours.
//
//   scripts/bind-vectors.mjs SOURCE ARTIFACTS SEED test_vectors.c
import fs from 'node:fs';
import { AbiCoder, Interface, ParamType, concat, getBytes, id, keccak256, toUtf8Bytes } from 'ethers';
import { read_model } from './bindgen/model.mjs';
import { can_read, c_type, is_dynamic } from './bindgen/types.mjs';

const [source, artifacts, seed, file] = process.argv.slice(2);

// splitmix64: the same values for the same seed everywhere.
let rng_state = BigInt(seed);
function random_u64() {
  rng_state = (rng_state + 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn;
  let z = rng_state;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & 0xffffffffffffffffn;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & 0xffffffffffffffffn;
  return z ^ (z >> 31n);
}
const below = (bound) => Number(random_u64() % BigInt(bound));
const random_bytes = (size) => Uint8Array.from({ length: size }, () => below(256));
const hex = (bytes) => `0x${Buffer.from(bytes).toString('hex')}`;

// Edges come as often as anything else.
function random_uint(bits) {
  const max = (1n << BigInt(bits)) - 1n;
  const kind = below(4);
  if (kind === 0) return 0n;
  if (kind === 1) return max;
  let value = 0n;
  for (let i = 0; i < 4; i++) value = (value << 64n) | random_u64();
  return value & max;
}

// Bytes, or letters for a string: what ethers takes.
function random_run(text, size) {
  return text ? Array.from({ length: size }, () => String.fromCharCode(97 + below(26))).join('') : hex(random_bytes(size));
}

// A value as ethers takes it.
function random_value(kind, field) {
  switch (kind.k) {
    case 'uint':
      return random_uint(field && field.wrap ? Math.min(64, kind.bits) : kind.bits);
    case 'bool':
      return below(2) === 1;
    case 'address':
      return hex(random_bytes(20));
    case 'hash':
      return hex(random_bytes(32));
    case 'fixed':
      return hex(random_bytes(kind.size));
    case 'bytes':
      return random_run(kind.text, below(3) === 0 ? 0 : below(80));
    case 'struct':
      return kind.struct.fields.map((f) => random_value(f.kind, f));
    case 'list':
      return Array.from({ length: below(4) }, () => random_value(kind.of));
    case 'array':
      return Array.from({ length: kind.length }, () => random_value(kind.of));
    default:
      throw new Error(kind.k);
  }
}

const run_of = (kind, value) => (kind.text ? toUtf8Bytes(value) : getBytes(value));
const bytes_c = (value) => Array.from(typeof value === 'string' ? getBytes(value) : value, (b) => `0x${b.toString(16).padStart(2, '0')}`).join(', ');

function u256_c(value) {
  const limbs = [0n, 64n, 128n, 192n].map((shift) => `UINT64_C(0x${((value >> shift) & 0xffffffffffffffffn).toString(16)})`);
  return `{{${limbs.join(', ')}}}`;
}

// An initialiser for the value; the inside of a compound literal.
function init(kind, value, field) {
  switch (kind.k) {
    case 'uint':
      if (field && field.wrap) return `{UINT64_C(${value})}`;
      return kind.bits > 64 ? u256_c(value) : kind.bits > 32 ? `UINT64_C(${value})` : `${value}u`;
    case 'bool':
      return String(value);
    case 'address':
    case 'hash':
      return `{{${bytes_c(value)}}}`;
    case 'fixed':
      return `{${bytes_c(value)}}`;
    case 'bytes':
      return run_of(kind, value).length
        ? `{(const uint8_t[]){${bytes_c(run_of(kind, value))}}, ${run_of(kind, value).length}}`
        : '{NULL, 0}';
    case 'struct':
      return init_fields(kind.struct.fields, value);
    case 'list': {
      if (!value.length) return '{NULL, 0}';
      const items = value.map((v) => init(kind.of, v)).join(', ');
      return `{(const ${c_type(kind.of)}[]){${items}}, ${value.length}}`;
    }
    case 'array':
      return `{${value.map((v) => init(kind.of, v)).join(', ')}}`;
    default:
      throw new Error(kind.k);
  }
}

function init_fields(fields, values) {
  const members = fields.map((field, i) => {
    if (!field.inline) return `.${field.name} = ${init(field.kind, values[i], field)}`;
    const items = values[i].map((v) => init(field.kind.of, v)).join(', ');
    return `${values[i].length ? `.${field.name} = {${items}}, ` : ''}.${field.inline.count} = ${values[i].length}`;
  });
  return members.length ? `{${members.join(', ')}}` : '{0}';
}

// Assertions that the C value at `expr` is the value.
function compare(kind, expr, value, field) {
  switch (kind.k) {
    case 'uint':
      if (field && field.wrap) return [`assert_true(${expr}.${field.wrap} == UINT64_C(${value}));`];
      if (kind.bits > 64) return [`assert_true(mo_u256_equal(${expr}, (mo_u256_t)${u256_c(value)}));`];
      return [`assert_true(${expr} == UINT64_C(${value}));`];
    case 'bool':
      return [`assert_true(${expr} == ${value});`];
    case 'address':
    case 'hash':
      return [`assert_memory_equal(${expr}.bytes, ((const uint8_t[]){${bytes_c(value)}}), sizeof ${expr}.bytes);`];
    case 'fixed':
      return [`assert_memory_equal(${expr}, ((const uint8_t[]){${bytes_c(value)}}), sizeof ${expr});`];
    case 'bytes':
      return [`assert_true(mo_bytes_equal(${expr}, (mo_bytes_t)${init(kind, value)}));`];
    case 'struct':
      return compare_fields(kind.struct.fields, `${expr}.`, value);
    case 'array':
      return value.flatMap((v, i) => compare(kind.of, `${expr}[${i}]`, v));
    default:
      throw new Error(kind.k);
  }
}

function compare_fields(fields, base, values) {
  return fields.flatMap((field, i) => {
    if (!field.inline) return compare(field.kind, `${base}${field.name}`, values[i], field);
    const each = values[i].flatMap((v, j) => compare(field.kind.of, `${base}${field.name}[${j}]`, v));
    return [`assert_int_equal(${base}${field.inline.count}, ${values[i].length});`, ...each];
  });
}

const values_of = (fields) => fields.map((field) => random_value(field.kind, field));
const test_names = [];

function test(name, lines) {
  test_names.push(name);
  return [`static void ${name}(void **state)`, '{', '    (void)state;', ...lines.map((line) => `    ${line}`), '}', ''];
}

function expected_lines(encoded) {
  return [`static const uint8_t expected[] = {${bytes_c(encoded)}};`];
}

function call_test(module, f, interface_) {
  const values = values_of(f.inputs);
  const base = `mo_bind_${module.c}_${f.c}`;
  const encoded = interface_.encodeFunctionData(f.signature, values);
  const argument = f.inputs.length ? `, &(const ${base}_t)${init_fields(f.inputs, values)}` : '';
  return test(`call_${module.c}_${f.c}`, [
    ...expected_lines(encoded),
    'mo_buffer_t out = MO_BUFFER(memory);',
    `assert_true(${base}_encode(&out${argument}));`,
    'assert_encoded(&out, MO_BYTES(expected));',
  ]);
}

// Decodes what ethers encoded; then every shorter form, which must be refused and leave nothing.
function decode_lines(type, decode, encoded, compared) {
  const size = getBytes(encoded).length;
  return [
    ...(size ? expected_lines(encoded) : ['static const uint8_t expected[1];']),
    `static ${type} out;`,
    `assert_int_equal(${decode(`(mo_bytes_t){expected, ${size}}`)}, MO_ABI_OK);`,
    ...compared,
    ...(size ? [
      `for (size_t size = 0; size < ${size}; size++) {`,
      `    assert_int_not_equal(${decode('((mo_bytes_t){expected, size})')}, MO_ABI_OK);`,
      '    assert_zero(&out, sizeof out);',
      '}',
    ] : []),
  ];
}

function result_test(module, f, interface_) {
  if (!f.outputs.length || !can_read(f.outputs)) return [];
  const values = values_of(f.outputs);
  const base = `mo_bind_${module.c}_${f.c}_result`;
  const encoded = interface_.encodeFunctionResult(f.signature, values);
  const lines = decode_lines(`${base}_t`, (bytes) => `${base}_decode(${bytes}, &out)`, encoded, compare_fields(f.outputs, 'out.', values));
  return test(`result_${module.c}_${f.c}`, lines);
}

function event_test(module, e, interface_) {
  if (e.inputs.some((field) => field.indexed && (is_dynamic(field.kind) || field.kind.k === 'struct'))) return [];
  if (!can_read(e.inputs)) return [];
  const values = values_of(e.inputs);
  const base = `mo_bind_${module.c}_${e.c}_event`;
  const { data, topics } = interface_.encodeEventLog(e.signature, values);
  const decode = (bytes) => `${base}_decode(topics, ${topics.length}, ${bytes}, &out)`;
  return test(`event_${module.c}_${e.c}`, [
    `static const mo_hash_t topics[] = {${topics.map((topic) => `{{${bytes_c(topic)}}}`).join(', ')}};`,
    ...decode_lines(`${base}_t`, decode, data, compare_fields(e.inputs, 'out.', values)),
    `assert_int_equal(${base}_decode(topics, ${topics.length - 1}, MO_BYTES(expected), &out), MO_ABI_COUNT);`,
    `assert_int_equal(${base}_decode(&(mo_hash_t){{1}}, 1, MO_BYTES(expected), &out), MO_ABI_COUNT);`,
  ]);
}

function constructor_test(module) {
  if (!module.code) return [];
  const { inputs, entry } = module.constructor_;
  const values = values_of(inputs);
  const base = `mo_bind_${module.c}_constructor`;
  const encoded = entry ? AbiCoder.defaultAbiCoder().encode(entry.inputs.map((input) => ParamType.from(input)), values) : '0x';
  const whole = concat([module.code, encoded]);
  const argument = inputs.length ? `, &(const ${base}_t)${init_fields(inputs, values)}` : '';
  return test(`constructor_${module.c}`, [
    'mo_buffer_t out = MO_BUFFER(memory);',
    `assert_true(${base}_encode(&out${argument}));`,
    `assert_int_equal(out.size, ${getBytes(whole).length});`,
    'mo_hash_t hash = mo_keccak256(mo_buffer_view(&out));',
    `assert_memory_equal(hash.bytes, ((const uint8_t[]){${bytes_c(keccak256(whole))}}), 32);`,
  ]);
}

const model = read_model(source, artifacts, id);
const body = model.modules.flatMap((module) => {
  const entries = [...module.functions, ...module.events].map((item) => item.entry);
  const interface_ = Interface.from(entries);
  return [
    ...module.functions.flatMap((f) => [...call_test(module, f, interface_), ...result_test(module, f, interface_)]),
    ...module.events.flatMap((e) => event_test(module, e, interface_)),
    ...constructor_test(module),
  ];
});

fs.writeFileSync(file, `/* Generated by scripts/bind-vectors.mjs, seed ${seed}. */
${model.modules.map((module) => `#include "bind/${module.c}.h"`).join('\n')}

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "eth/keccak.h"

static uint8_t memory[1 << 17];

static void assert_encoded(const mo_buffer_t *out, mo_bytes_t expected)
{
    assert_false(out->overflown);
    assert_int_equal(out->size, expected.size);
    assert_memory_equal(out->data, expected.data, expected.size);
}

static void assert_zero(const void *value, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        assert_int_equal(((const uint8_t *)value)[i], 0);
    }
}

${body.join('\n')}
int main(void)
{
    const struct CMUnitTest tests[] = {
${test_names.map((name) => `        cmocka_unit_test(${name}),`).join('\n')}
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
`);
