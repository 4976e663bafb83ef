// The bytes of a module as base64, which the build puts in.
declare module '#wasm/*' {
  const base64: string;
  export default base64;
}
