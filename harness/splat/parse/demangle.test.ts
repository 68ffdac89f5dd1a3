// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodePunycode } from './demangle/punycode.ts'
import { demangle } from './demangle.ts'
import { plainName } from './title.ts'

// The symbols were made by rustc 1.95 and g++ 12; c++filt 2.40 reads the same paths from them.
test.each<[mangled: string, name: string]>([
  // Rust, v0
  ['_RNvCs2YQtK0LYWoJ_2dm2id', 'dm::id'],
  ['_RNvMNtCs2YQtK0LYWoJ_2dm4syncINtB2_5MutexmE4lockB4_', '<dm::sync::Mutex<u32>>::lock'],
  ['_RNvXs0_NtCs2YQtK0LYWoJ_2dm4syncRShNtB5_2Op3run', '<&[u8] as dm::sync::Op>::run'],
  ['_RNvXs1_NtCs2YQtK0LYWoJ_2dm4syncAxj3_NtB5_2Op3runB7_', '<[i64; 3] as dm::sync::Op>::run'],
  ['_RNvXs2_NtCs2YQtK0LYWoJ_2dm4syncThbENtB5_2Op3run', '<(u8, bool) as dm::sync::Op>::run'],
  ['_RNvXs3_NtCs2YQtK0LYWoJ_2dm4syncFmPhEyNtB5_2Op3run', '<fn(u32, *const u8) -> u64 as dm::sync::Op>::run'],
  [
    '_RNvXs4_NtCs2YQtK0LYWoJ_2dm4syncFG_UKCRL0_mOhEuNtB5_2Op3run',
    '<unsafe extern "C" fn(&u32, *mut u8) as dm::sync::Op>::run',
  ],
  ['_RNvMs_Cs2YQtK0LYWoJ_2dmINtB4_3ArrKln5_Kb1_Kc78_E1fB4_', "<dm::Arr<-5, true, 'x'>>::f"],
  ['_RINvYINtNtCs2YQtK0LYWoJ_2dm4sync5MutexmENtB6_2Op3genmEB8_', '<dm::sync::Mutex<u32> as dm::sync::Op>::gen::<u32>'],
  ['_RNCNCNvCs2YQtK0LYWoJ_2dm7use_alls_00B5_', 'dm::use_all::{closure}::{closure}'],
  ['_RNvMCs2YQtK0LYWoJ_2dmNtB2_u9Gre_6ka8iu8lnge_loa', '<dm::Größe>::länge'],
  ['_RNvCsfLfy6EI15iL_7___rustc14___rust_dealloc', '__rustc::__rust_dealloc'],
  // Rust, the old scheme
  ['_ZN2dm4sync2Op3gen17h088e983333e8f2a9E', 'dm::sync::Op::gen'],
  ['_ZN49_$LT$$RF$$u5b$u8$u5d$$u20$as$u20$dm..sync..Op$GT$3run17h6ca6ea53b022f175E', '<&[u8] as dm::sync::Op>::run'],
  ['_ZN2dm13Gr$uf6$$udf$e9l$ue4$nge17hba8adb95a5ef9d4cE', 'dm::Größe::länge'],
  ['_ZN2dm7use_all28_$u7b$$u7b$closure$u7d$$u7d$17h9fd4cc4d48c38a8fE', 'dm::use_all::{{closure}}'],
  // C++
  ['_Z4globi', 'glob'],
  ['_ZL4stati', 'stat'],
  ['_ZN3foo12_GLOBAL__N_12An3runEi', 'foo::(anonymous namespace)::An::run'],
  ['_ZN3foo3ArrIPNS0_IlLi3EEELi4EE3getEv', 'foo::Arr::get'],
  ['_ZN3foo3ArrIiLin12EE3getEv', 'foo::Arr::get'],
  ['_ZN3foo3Bar4tmplIPS0_EET_S3_', 'foo::Bar::tmpl'],
  ['_ZN3foo3BarC1Ev', 'foo::Bar::Bar'],
  ['_ZN3foo3BarD2Ev', 'foo::Bar::~Bar'],
  ['_ZN3foo3BaraSERKS0_', 'foo::Bar::operator='],
  ['_ZNK3foo3Bar3bazEi', 'foo::Bar::baz'],
  // No mangled names, and damaged ones
  ['_RESUME', '_RESUME'],
  ['_R', '_R'],
  ['_Z', '_Z'],
  ['_ZN', '_ZN'],
  ['_ZN9foo', '_ZN9foo'],
  ['_RNvCs2YQtK0LYWoJ_9dm', '_RNvCs2YQtK0LYWoJ_9dm'],
  ['_RB_', '_RB_'],
  ['_RNvB_3foo', '_RNvB_3foo'],
  ['__pte_alloc', '__pte_alloc'],
])('%s', (mangled, name) => {
  expect(demangle(mangled)).toBe(name)
})

test('a back reference that makes text grow without end is refused', () => {
  const bomb = `_RINvC1a1b${'TB8_B8_'.repeat(30)}${'E'.repeat(30)}E`
  expect(demangle(bomb).length).toBeLessThan(2048)
})

test('whatever the name, nothing throws, and some name is left', () => {
  const letters = fc.constantFrom(...'RNZvCMXYIBTSEKLs_0123abefhmpu$.'.split(''))
  fc.assert(
    fc.property(
      fc.constantFrom('_RNv', '_RI', '_ZN', '_Z'),
      fc.string({ unit: letters, maxLength: 60 }),
      (head, tail) => {
        expect(demangle(head + tail)).not.toBe('')
      },
    ),
    { numRuns: 2000 },
  )
})

test.each<[code: string, text: string | undefined]>([
  ['Gre_6ka8i', 'Größe'],
  ['lnge_loa', 'länge'],
  ['ihqwcrb4cv8a8dqg056pqjye', '他们为什么不说中文'],
  ['_', undefined],
  ['foo_!', undefined],
])('the text of %s', (code, text) => {
  expect(decodePunycode(code) ?? undefined).toBe(text === undefined && code === '_' ? '' : text)
})

test.each<[printed: string, name: string]>([
  ['__x64_sys_ioctl', 'sys_ioctl'],
  ['__arm64_sys_ioctl', 'sys_ioctl'],
  ['__do_sys_ioctl', 'sys_ioctl'],
  ['__se_sys_ioctl', 'sys_ioctl'],
  ['__ia32_compat_sys_ioctl', 'sys_ioctl'],
  ['__do_compat_sys_ioctl', 'sys_ioctl'],
  ['SyS_ioctl', 'sys_ioctl'],
  ['SYSC_sendto', 'sys_sendto'],
  ['compat_SyS_ioctl', 'sys_ioctl'],
  ['__sys_sendto', '__sys_sendto'],
  ['ksys_write', 'ksys_write'],
  ['_ZN2dm2id17h7d124efeaa0569abE.llvm.1234', 'dm::id'],
  ['_RNvCs2YQtK0LYWoJ_2dm2id.cold', 'dm::id'],
])('%s is known as %s', (printed, name) => {
  expect(plainName(printed)).toBe(name)
  expect(plainName(name)).toBe(name)
})
