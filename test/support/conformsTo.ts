import ts from 'typescript';

/** The members of an interface of a TypeScript file, by name, as JSON is held against them. */
export interface JsonTypes {
  /**
   * What of a value of JSON is not as the type says: a member that it does not know, one that is missing, a value of another type.
   *
   * @param path of the member: `options`, `timeseries`; undefined where there is none
   */
  readonly faults: (value: unknown, ...path: readonly string[]) => readonly string[] | undefined;
}

/** @param file with an interface of that name, which is exported */
export const jsonTypes = (file: string, name: string): JsonTypes => {
  const program = ts.createProgram([file], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: [],
  });
  const source = program.getSourceFile(file);
  const checker = program.getTypeChecker();
  const symbol = source && checker.getSymbolAtLocation(source);
  const root = symbol && checker.getExportsOfModule(symbol).find((each) => each.name === name);
  const errors = program.getSemanticDiagnostics(source);
  if (root === undefined || errors.length > 0) {
    const text = errors.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '; ')).join('; ');
    throw new Error(`expected ${name} in ${file}, received ${text || 'no such export'}`);
  }
  return {
    faults: (value, ...path) => {
      let type: ts.Type | undefined = checker.getDeclaredTypeOfSymbol(root);
      for (const member of path) {
        const property: ts.Symbol | undefined = type?.getProperty(member);
        type = property && checker.getTypeOfSymbol(property);
      }
      return type && faultsOf(value, type, checker, path.join('.'));
    },
  };
};

const { TypeFlags } = ts;

const faultsOf = (value: unknown, type: ts.Type, checker: ts.TypeChecker, at: string): readonly string[] => {
  if (type.flags & (TypeFlags.Any | TypeFlags.Unknown)) return [];
  if (type.isUnion()) return faultsOfUnion(value, type, checker, at);
  if (isOfPrimitive(value, type, checker)) return [];
  if (!(type.flags & (TypeFlags.Object | TypeFlags.Intersection)) || typeof value !== 'object' || value === null) {
    return [`${at}: expected ${checker.typeToString(type)}, received ${JSON.stringify(value)?.slice(0, 80)}`];
  }
  if (checker.isArrayType(type)) {
    const [item] = checker.getTypeArguments(type as ts.TypeReference);
    if (!Array.isArray(value)) return [`${at}: expected a list, received an object`];
    return value.flatMap((each, index) => (item ? faultsOf(each, item, checker, `${at}[${index}]`) : []));
  }
  return faultsOfObject(value, type, checker, at);
};

const isOfPrimitive = (value: unknown, type: ts.Type, checker: ts.TypeChecker): boolean => {
  if (type.isStringLiteral() || type.isNumberLiteral()) return value === type.value; // members of an enum, too
  if (type.flags & TypeFlags.BooleanLiteral) return String(value) === checker.typeToString(type);
  if (type.flags & TypeFlags.String) return typeof value === 'string';
  if (type.flags & TypeFlags.Number) return typeof value === 'number';
  if (type.flags & TypeFlags.Null) return value === null;
  return false;
};

/** Of the one that it comes closest to. */
const faultsOfUnion = (value: unknown, type: ts.UnionType, checker: ts.TypeChecker, at: string): readonly string[] =>
  type.types
    .filter(({ flags }) => !(flags & TypeFlags.Undefined))
    .map((each) => faultsOf(value, each, checker, at))
    .reduce((fewest, faults) => (faults.length < fewest.length ? faults : fewest));

const faultsOfObject = (value: object, type: ts.Type, checker: ts.TypeChecker, at: string): readonly string[] => {
  const properties = checker.getPropertiesOfType(type);
  // A method is never in JSON; what has nothing else marks a family of types that is told apart elsewhere.
  const told = properties.filter((property) => checker.getTypeOfSymbol(property).getCallSignatures().length === 0);
  if (properties.length > 0 && told.length === 0) return [];
  const faults: string[] = [];
  const entries = new Map<string, unknown>(Object.entries(value));
  for (const property of told) {
    const own = checker.getTypeOfSymbol(property);
    const place = `${at}.${property.name}`;
    if (entries.has(property.name)) faults.push(...faultsOf(entries.get(property.name), own, checker, place));
    else if (!(property.flags & ts.SymbolFlags.Optional)) faults.push(`${place}: missing`);
    entries.delete(property.name);
  }
  const others =
    checker.getIndexInfoOfType(type, ts.IndexKind.String)?.type ??
    checker.getIndexInfoOfType(type, ts.IndexKind.Number)?.type;
  for (const [key, each] of entries) {
    faults.push(...(others ? faultsOf(each, others, checker, `${at}.${key}`) : [`${at}.${key}: no such member`]));
  }
  return faults;
};
