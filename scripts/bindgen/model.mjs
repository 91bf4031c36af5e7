// The contracts as forge left them: which modules there are, and what is in each.
import fs from 'node:fs';
import path from 'node:path';
import { Structs, snake } from './types.mjs';

// Names of the contracts to bind: one per file of the source folder outside lib. An interface IName stands for Name
// until Name itself is there, so that both give one module.
export function module_names(source) {
  const names = new Set();
  for (const entry of fs.readdirSync(source, { recursive: true })) {
    const file = String(entry);
    if (!file.endsWith('.sol') || file.split(path.sep)[0] === 'lib') continue;
    names.add(path.basename(file, '.sol').replace(/^I(?=[A-Z][a-z])/, ''));
  }
  return [...names].sort();
}

function read_artifact(artifacts, name) {
  const file = path.join(artifacts, `${name}.sol`, `${name}.json`);
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined;
}

// Only sources that exist now count: forge leaves the artifacts of deleted contracts behind.
function has_source(source, name) {
  return fs.readdirSync(source, { recursive: true }).some((file) => path.basename(String(file)) === `${name}.sol`);
}

function canonical(param) {
  const tuple = param.type.match(/^tuple(.*)$/);
  return tuple ? `(${param.components.map(canonical).join(',')})${tuple[1]}` : param.type;
}

export function signature(entry) {
  return `${entry.name}(${entry.inputs.map(canonical).join(',')})`;
}

// C names of the entries of one contract; overloaded ones get _2, _3, ... in the order of their signatures.
function with_names(entries) {
  const used = new Map();
  return [...entries]
    .sort((a, b) => (signature(a) < signature(b) ? -1 : 1))
    .map((entry) => {
      const base = snake(entry.name).replace(/^_+/, '');
      const count = (used.get(base) || 0) + 1;
      used.set(base, count);
      return { entry, signature: signature(entry), c: count === 1 ? base : `${base}_${count}` };
    });
}

function creation_code(artifact, name) {
  const object = artifact.bytecode && artifact.bytecode.object;
  if (!object || object === '0x') return undefined;
  if (!/^0x([0-9a-f]{2})+$/.test(object)) throw new Error(`${name}: its code has libraries to be linked`);
  return Buffer.from(object.slice(2), 'hex');
}

// A single result is called `value`, whatever an interface or its contract call it.
function result_params(outputs) {
  return outputs.length === 1 ? [{ ...outputs[0], name: '' }] : outputs;
}

function read_module(structs, source, artifacts, name) {
  const artifact =
    (has_source(source, name) && read_artifact(artifacts, name)) ||
    (has_source(source, `I${name}`) && read_artifact(artifacts, `I${name}`));
  const module = { name, c: snake(name), functions: [], events: [], constructor_: undefined, code: undefined };
  if (!artifact) return module;
  const of = (type) => with_names(artifact.abi.filter((entry) => entry.type === type));
  module.functions = of('function').map((f) => ({
    ...f,
    inputs: structs.fields(f.entry.inputs, 'argument'),
    outputs: structs.fields(result_params(f.entry.outputs), 'value'),
  }));
  module.events = of('event')
    .filter((e) => !e.entry.anonymous)
    .map((e) => ({ ...e, inputs: structs.fields(e.entry.inputs, 'argument') }));
  module.code = creation_code(artifact, name);
  const constructor = artifact.abi.find((entry) => entry.type === 'constructor');
  module.constructor_ = { inputs: structs.fields(constructor ? constructor.inputs : [], 'argument'), entry: constructor };
  return module;
}

// Every custom error of every artifact: a revert can come out of any contract or library. Sorted by selector.
function read_errors(artifacts, id) {
  const found = new Map();
  for (const file of fs.readdirSync(artifacts, { recursive: true }).map(String).sort()) {
    if (!file.endsWith('.json') || file.startsWith('build-info') || /\.t\.sol/.test(file)) continue;
    const { abi } = JSON.parse(fs.readFileSync(path.join(artifacts, file), 'utf8'));
    for (const entry of (abi || []).filter((e) => e.type === 'error')) {
      const selector = id(signature(entry)).slice(2, 10);
      if (!found.has(selector)) found.set(selector, { selector, entry, signature: signature(entry) });
    }
  }
  return [...found.values()].sort((a, b) => (a.selector < b.selector ? -1 : 1));
}

// {structs, modules, errors}; `id` is keccak256 of a text as 0x-hex.
export function read_model(source, artifacts, id) {
  const structs = new Structs();
  const modules = module_names(source).map((name) => read_module(structs, source, artifacts, name));
  return { structs: [...structs.all.values()], modules, errors: read_errors(artifacts, id) };
}
