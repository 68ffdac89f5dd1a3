// SPDX-License-Identifier: MIT

/** The page's only script: buttons that copy a command line. Without it there are none. */
export const SCRIPT = `for (const pre of document.querySelectorAll('pre[data-copy]')) {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = 'copy'
  button.addEventListener('click', () => {
    const range = document.createRange()
    range.selectNodeContents(pre)
    getSelection().removeAllRanges()
    getSelection().addRange(range)
    const done = document.execCommand('copy')
    button.textContent = done ? 'copied' : 'selected'
    setTimeout(() => { button.textContent = 'copy' }, 1500)
  })
  pre.parentElement.append(button)
}
const openTarget = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  if (target instanceof HTMLDetailsElement) target.open = true
}
addEventListener('hashchange', openTarget)
openTarget()
`
