// Statements of C that put a value into an ABI frame or read it from one (src/eth/abi.h).
import { c_type, is_dynamic, words, words_of } from './types.mjs';

const pad = (depth) => '    '.repeat(depth);
const index = (depth) => 'ijklmn'[depth - 1];

// Lines that put `expr` of `kind`; `writer` is a pointer to the writer.
export function put(kind, expr, depth, writer) {
  const line = (text) => [`${pad(depth)}${text}`];
  switch (kind.k) {
    case 'uint':
      return line(kind.bits > 64 ? `mo_abi_put_u256(${writer}, ${expr});` : `mo_abi_put_u64(${writer}, ${expr});`);
    case 'bool':
      return line(`mo_abi_put_bool(${writer}, ${expr});`);
    case 'address':
      return line(`mo_abi_put_address(${writer}, &${expr});`);
    case 'hash':
      return line(`mo_abi_put_hash(${writer}, &${expr});`);
    case 'fixed':
      return line(`mo_abi_put_fixed(${writer}, (mo_bytes_t){${expr}, ${kind.size}});`);
    case 'bytes':
      return line(`mo_abi_put_bytes(${writer}, ${expr});`);
    case 'struct':
      return line(`mo_bind_${kind.struct.snake}_put(${writer}, &${expr});`);
    case 'list':
      return put_run(kind.of, `${expr}.items`, `${expr}.count`, depth, writer);
    case 'array':
      if (is_dynamic(kind)) throw new Error('an array of fixed length of a dynamic type');
      return loop(kind.length, depth, (i) => put(kind.of, `${expr}[${i}]`, depth + 1, writer));
    default:
      throw new Error(kind.k);
  }
}

function put_run(of, items, count, depth, writer) {
  return [
    `${pad(depth)}mo_abi_open_array(${writer}, ${count}, ${words(of)});`,
    ...loop(count, depth, (i) => put(of, `${items}[${i}]`, depth + 1, writer)),
    `${pad(depth)}mo_abi_close(${writer});`,
  ];
}

function loop(count, depth, body) {
  const i = index(depth);
  return [`${pad(depth)}for (size_t ${i} = 0; ${i} < ${count}; ${i}++) {`, ...body(i), `${pad(depth)}}`];
}

// Lines that read `kind` into the lvalue `to`.
export function read(kind, to, depth, reader) {
  const line = (text) => [`${pad(depth)}${text}`];
  switch (kind.k) {
    case 'uint': {
      if (kind.bits > 64) return line(`${to} = mo_abi_read_wide(${reader}, ${kind.bits});`);
      const cast = [8, 16, 32].includes(kind.bits) || kind.bits < 32 ? `(${c_type(kind)})` : '';
      return line(`${to} = ${cast}mo_abi_read_uint(${reader}, ${kind.bits});`);
    }
    case 'bool':
    case 'address':
    case 'hash':
    case 'bytes':
      return line(`${to} = mo_abi_read_${kind.k}(${reader});`);
    case 'fixed':
      return line(`mo_abi_read_fixed(${reader}, ${to}, ${kind.size});`);
    case 'struct':
      return line(`mo_bind_${kind.struct.snake}_read(${reader}, &${to});`);
    case 'array':
      return loop(kind.length, depth, (i) => read(kind.of, `${to}[${i}]`, depth + 1, reader));
    default:
      throw new Error(kind.k);
  }
}

export function put_field(field, base, depth, writer) {
  const expr = `${base}${field.name}`;
  if (field.inline) return put_run(field.kind.of, expr, `${base}${field.inline.count}`, depth, writer);
  // A wrapped number is one word, whatever its width on chain.
  if (field.wrap) return [`${pad(depth)}mo_abi_put_u64(${writer}, ${expr}.${field.wrap});`];
  return put(field.kind, expr, depth, writer);
}

export function read_field(field, base, depth, reader) {
  const to = `${base}${field.name}`;
  // A weight is a uint96 on chain; one above 64 bits is refused as too wide.
  if (field.wrap) return [`${pad(depth)}${to}.${field.wrap} = mo_abi_read_uint(${reader}, 64);`];
  if (!field.inline) return read(field.kind, to, depth, reader);
  const { count, max } = field.inline;
  const of = field.kind.of;
  return [
    `${pad(depth)}${base}${count} = mo_abi_enter_array(${reader}, ${words(of)}, ${max});`,
    ...loop(`${base}${count}`, depth, (i) => read(of, `${to}[${i}]`, depth + 1, reader)),
    `${pad(depth)}mo_abi_leave(${reader});`,
  ];
}

// The put and read functions of a struct.
export function struct_functions(struct, readable) {
  const dynamic = is_dynamic({ k: 'struct', struct });
  const head = words_of(struct.fields);
  const lines = [
    `void mo_bind_${struct.snake}_put(mo_abi_writer_t *writer, const ${struct.c} *in)`,
    '{',
    ...(dynamic ? [`    mo_abi_open(writer, ${head});`] : []),
    ...struct.fields.flatMap((field) => put_field(field, 'in->', 1, 'writer')),
    ...(dynamic ? ['    mo_abi_close(writer);'] : []),
    '}',
    '',
  ];
  if (!readable) return lines;
  return [
    ...lines,
    `void mo_bind_${struct.snake}_read(mo_abi_reader_t *reader, ${struct.c} *out)`,
    '{',
    ...(dynamic ? [`    mo_abi_enter(reader, ${head});`] : []),
    ...struct.fields.flatMap((field) => read_field(field, 'out->', 1, 'reader')),
    ...(dynamic ? ['    mo_abi_leave(reader);'] : []),
    '}',
    '',
  ];
}
