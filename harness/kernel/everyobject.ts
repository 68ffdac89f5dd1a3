// SPDX-License-Identifier: MIT

/**
 * Options that Makefile, scripts/Makefile.{debug,gcov,kasan,kcov,kcsan,kmsan,lib,ubsan} and arch/{x86,arm64}/Makefile of
 * 6.1 read into the command of every object. They compile everything again, although no record names them: kbuild
 * compares the commands. GCOV_KERNEL is not here: only files with GCOV_PROFILE get its flags.
 */
const IN_COMMANDS =
  /^(?:KASAN(?:_(?:GENERIC|SW_TAGS|HW_TAGS|INLINE|OUTLINE|STACK|SHADOW_OFFSET))?|KCSAN|KMSAN|UBSAN(?:_\w+)?|KCOV(?:_\w+)?|GCOV_PROFILE_ALL|DEBUG_INFO(?:_(?:NONE|REDUCED|SPLIT|COMPRESSED|DWARF\w+))?|CC_OPTIMIZE_FOR_\w+|FRAME_WARN|WERROR|FRAME_POINTER|UNWINDER_\w+|FUNCTION_TRACER|STACKPROTECTOR(?:_\w+)?|INIT_STACK_\w+|ZERO_CALL_USED_REGS|RETPOLINE|RETHUNK|SLS|LTO(?:_\w+)?|CFI_CLANG|SHADOW_CALL_STACK|GCC_PLUGIN_\w+|RANDSTRUCT(?:_\w+)?|MODVERSIONS|LD_DEAD_CODE_DATA_ELIMINATION|64BIT|GENERIC_CPU|ARM64_(?:PTR_AUTH_KERNEL|BTI_KERNEL|LSE_ATOMICS))$/

/** Whether this option, without `CONFIG_`, is in the command that compiles each object. */
export const isInEveryCommand = (option: string): boolean => IN_COMMANDS.test(option)
