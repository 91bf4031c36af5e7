// Solidity types as C types: what the generated bindings are made of.
//
// A kind describes one ABI type:
//   {k: 'uint', bits}  {k: 'address'}  {k: 'bool'}  {k: 'hash'}  {k: 'fixed', size}  {k: 'bytes', text}
//   {k: 'struct', struct}  {k: 'list', of}  {k: 'array', of, length}
// and a struct {name, c, domain, fields: [{name, kind, wrap, inline}]}: `c` its C type, `domain` true when a lower floor
// defines it, `wrap` the member that holds the number of a wrapper type (mo_height_t, mo_weight_t), `inline`
// {count, max} for a list that stands in the struct itself.

// Structs that lower floors define; their C fields are the snake_case of the Solidity fields.
const DOMAIN = {
  Vote: { c: 'mo_vote_t', wrapped: ['sourceHeight', 'targetHeight'] },
  Transition: { c: 'mo_transition_t', wrapped: [] },
  ValidatorUpdate: { c: 'mo_update_t', wrapped: ['weight'] },
  Kernel: { c: 'mo_kernel_t', wrapped: ['height'], inline: { updates: { count: 'update_count', max: 'MO_UPDATES_MAX' } } },
  MetaBlock: { c: 'mo_meta_block_t', wrapped: [] },
  Intent: { c: 'mo_intent_t', wrapped: [] },
  Message: { c: 'mo_message_t', wrapped: [] },
  Envelope: { c: 'mo_envelope_t', wrapped: [] },
};

const KEYWORDS = new Set(
  ('auto bool break case char const continue default do double else enum extern false float for goto if inline int long ' +
    'register restrict return short signed sizeof static struct switch true typedef union unsigned void volatile while')
    .split(' '),
);

export function snake(name) {
  return name
    .replace(/\./g, '_')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
}

export function field_name(name, fallback) {
  const lower = snake(name || fallback).replace(/^_+|_+$/g, '') || fallback;
  return KEYWORDS.has(lower) ? `${lower}_` : lower;
}

// All structs met, by name. One name with two layouts is an error: it would need two C types of one name.
export class Structs {
  constructor() {
    this.all = new Map();
  }

  // {name, kind} of each parameter of a list, unnamed ones called `base`, or base0, base1, ...
  fields(params, base) {
    const used = new Set();
    return params.map((param, i) => {
      let name = field_name(param.name, params.length === 1 ? base : `${base}${i}`);
      while (used.has(name)) name += '_';
      used.add(name);
      return { name, kind: this.kind(param), indexed: param.indexed === true };
    });
  }

  kind(param) {
    const array = param.type.match(/^(.*)\[(\d*)\]$/);
    if (array) {
      const internal = (param.internalType || '').replace(/\[\d*\]$/, '');
      const of = this.kind({ ...param, type: array[1], internalType: internal });
      return array[2] === '' ? { k: 'list', of } : { k: 'array', of, length: Number(array[2]) };
    }
    const sized = param.type.match(/^(uint|bytes)(\d+)$/);
    if (sized && sized[1] === 'uint') return { k: 'uint', bits: Number(sized[2]) };
    if (sized) return Number(sized[2]) === 32 ? { k: 'hash' } : { k: 'fixed', size: Number(sized[2]) };
    if (param.type === 'address' || param.type === 'bool') return { k: param.type };
    if (param.type === 'bytes' || param.type === 'string') return { k: 'bytes', text: param.type === 'string' };
    if (param.type === 'tuple') return { k: 'struct', struct: this.struct(param) };
    throw new Error(`no C type for ${param.type} ${param.name}`);
  }

  struct(param) {
    const name = (param.internalType || '').replace(/^struct /, '');
    if (!name) throw new Error(`a tuple without a name: ${param.name}`);
    const layout = JSON.stringify(param.components.map((c) => [c.name, c.type, c.internalType]));
    const known = this.all.get(name);
    if (known && known.layout !== layout) throw new Error(`two structs ${name} with different fields`);
    if (known) return known;
    const domain = DOMAIN[name];
    const c = domain ? domain.c : `mo_bind_${snake(name)}_t`;
    const struct = { name, c, domain: domain !== undefined, snake: snake(name), layout, fields: [] };
    struct.fields = this.fields(param.components, 'field').map((field, i) => {
      const solidity = param.components[i].name;
      return {
        ...field,
        wrap: domain && domain.wrapped.includes(solidity) ? 'value' : undefined,
        inline: domain && domain.inline && domain.inline[solidity],
      };
    });
    this.all.set(name, struct);
    return struct;
  }
}

export function is_dynamic(kind) {
  if (kind.k === 'bytes' || kind.k === 'list') return true;
  if (kind.k === 'array') return is_dynamic(kind.of);
  return kind.k === 'struct' && kind.struct.fields.some((field) => is_dynamic(field.kind));
}

// Words in the head of the frame it stands in.
export function words(kind) {
  if (is_dynamic(kind)) return 1;
  if (kind.k === 'array') return kind.length * words(kind.of);
  return kind.k === 'struct' ? words_of(kind.struct.fields) : 1;
}

export function words_of(fields) {
  return fields.reduce((sum, field) => sum + words(field.kind), 0);
}

// Whether a decoder can be made: a list needs memory, which only a struct with an inline list has.
export function can_read(fields) {
  return fields.every(({ kind, inline }) => {
    if (kind.k === 'list') return inline !== undefined && can_read([{ kind: kind.of }]);
    if (kind.k === 'array') return !is_dynamic(kind) && can_read([{ kind: kind.of }]);
    return kind.k !== 'struct' || can_read(kind.struct.fields);
  });
}

export function c_type(kind) {
  switch (kind.k) {
    case 'uint':
      return kind.bits > 64 ? 'mo_u256_t' : `uint${kind.bits <= 8 ? 8 : kind.bits <= 16 ? 16 : kind.bits <= 32 ? 32 : 64}_t`;
    case 'address':
      return 'mo_address_t';
    case 'bool':
      return 'bool';
    case 'hash':
      return 'mo_hash_t';
    case 'bytes':
      return 'mo_bytes_t';
    case 'struct':
      return kind.struct.c;
    case 'list':
      return list_type(kind.of);
    default:
      throw new Error(`${kind.k} has no C type of its own`);
  }
}

// {items, count} of some element; the name follows from the element's type.
export function list_type(of) {
  const element = c_type(of).replace(/^mo_(bind_)?/, '').replace(/_t$/, '');
  return `mo_bind_${element}_list_t`;
}

// A member of a generated struct.
export function c_member(field) {
  const { kind, name } = field;
  if (kind.k === 'fixed') return `uint8_t ${name}[${kind.size}];`;
  if (kind.k === 'array') return c_member({ kind: kind.of, name: `${name}[${kind.length}]` });
  return `${c_type(kind)} ${name};`;
}
