// SPDX-License-Identifier: MIT
// Lets a worker thread run the sources: `--import` this in its execArgv.
import { register } from 'node:module'

register('./ts-loader.mjs', import.meta.url)
