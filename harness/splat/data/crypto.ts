// SPDX-License-Identifier: MIT
import type { FunctionNames } from '../patterns.ts'

/** Ciphers and hashes: they read what their caller gives them. */
export const crypto: FunctionNames = [
  /(?:crypto_)?aes(?:ti|ni|bs)?_\w+/,
  /_*(?:sha1|sha224|sha256|sha384|sha512|sha3|sm3|md4|md5|rmd160|blake2[bs]|wp512|tgr192)_\w+/,
  /(?:des3?|des3_ede|blowfish|twofish|serpent|camellia|cast5|cast6|arc4|sm4|anubis|khazad|xtea|fcrypt)_\w+/,
  /_*(?:chacha|hchacha|xchacha|salsa20|poly1305|nhpoly1305|nh)_\w+/,
  /(?:gf128mul|ghash|polyval|gcm_hash)_\w+/,
  /_*crypto_xor\w*/,
  /_*h?siphash\w*/,
  /_*jhash2?/,
  /_*xxh(?:32|64)\w*/,
  /(?:michael_mic|adler32|fnv1a?)\w*/,
  /subshift|subw|inv_subshift|mix_columns|inv_mix_columns/,
]
