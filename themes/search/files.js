// Files of the index, as `src/search/format.rs` describes them.

/** Why there is no answer, in words for the reader. Nothing else is ever thrown to the page. */
class SearchError extends Error {}
const UNREACHABLE = "The search index could not be reached. Is there a network?";
const decode = (bytes) => new TextDecoder().decode(bytes);

/** Reads the primitives of the format, and never beyond the end. */
class Reader {
  at = 0;
  bit = 0;
  key = new Uint8Array();
  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset);
  }
  get done() {
    return this.at >= this.bytes.length;
  }
  u8() {
    if (this.done) throw RangeError();
    return this.bytes[this.at++];
  }
  uint() {
    let value = 0;
    for (let scale = 1; scale < 2 ** 50; scale *= 128) {
      const byte = this.u8();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw RangeError();
  }
  take(length) {
    if (length > this.bytes.length - this.at) throw RangeError();
    return this.bytes.subarray(this.at, (this.at += length));
  }
  f32() {
    return this.view.getFloat32((this.at += 4) - 4, true);
  }
  text() {
    return decode(this.take(this.uint()));
  }
  /** What shares its beginning with the bytes before it. */
  suffix() {
    return Uint8Array.of(...this.key.subarray(0, this.uint()), ...this.take(this.uint()));
  }
  word() {
    return decode((this.key = this.suffix()));
  }
  name() {
    return this.view.getUint32((this.at += 4) - 4).toString(16).padStart(8, "0");
  }
  list(read, length = this.uint()) {
    return Array.from({ length }, read);
  }
  /** Rice codes with so many low bits each, from the bit that is next. */
  rice(length, low) {
    const { view } = this;
    const numbers = new Uint32Array(length);
    let at = this.bit;
    // At least 25 bits, the next one first.
    const next = () => view.getUint32(at >> 3) << (at & 7);
    for (let i = 0; i < length; i += 1) {
      const start = at;
      while (!next()) at += 24;
      at += Math.clz32(next());
      numbers[i] = (at++ - start) * 2 ** low + ((next() >>> 1) >>> (31 - low));
      at += low;
    }
    this.bit = at;
    return numbers;
  }
}

async function decompress(format, ...bytes) {
  const stream = new Blob(bytes).stream().pipeThrough(new DecompressionStream(format));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** What is not gzip has been decompressed on the way. */
function inflate(bytes) {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? decompress("gzip", bytes) : bytes;
}

/** Fetches files of the index, or ranges of them; the first may be on its way already. */
const overNetwork = (base, early) => async (path, cache, from, length) => {
  const headers = length ? { range: `bytes=${from}-${from + length - 1}` } : {};
  const asked = early ?? fetch(new URL(path, base), { headers, cache });
  early = undefined;
  const response = await asked.catch(() => {
    throw new SearchError(UNREACHABLE);
  });
  if (!response.ok) throw new SearchError(`The search index could not be loaded (status ${response.status}).`);
  return { bytes: new Uint8Array(await response.arrayBuffer()), ranged: response.status === 206 };
};

function script(src) {
  return new Promise((onload, onerror) => document.head.append(Object.assign(document.createElement("script"), { src, onload, onerror })));
}

/** What most queries do without: filters, phrases, numbers, slips, the disk; and the search page. It is loaded when it is needed. */
async function more() {
  if (!annals.more) {
    await script(document.querySelector(".search-open").dataset.more).catch(() => {
      throw new SearchError(UNREACHABLE);
    });
  }
  return annals.more;
}
