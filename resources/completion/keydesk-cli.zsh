#compdef keydesk-cli
# zsh completion for keydesk-cli. The program itself tells what may follow; what is typed goes to it through a pipe, not as arguments, which
# every program could read. Nothing of its answer is evaluated.

_keydesk_cli() {
  local -a answer found shown
  local rest at
  answer=("${(@0)$(printf '%s\0' "${(@Q)words[2,CURRENT-1]}" "$PREFIX" | command keydesk-cli complete zsh 2>/dev/null)}")
  rest=${answer[1]}
  for ((at = 2; at < $#answer; at += 2)); do
    found+=("${answer[at]}")
    shown+=("${answer[at+1]}")
  done
  local -i ret=1
  (($#found)) && compadd -l -d shown -a -- found && ret=0
  case $rest in
    files|folders)
      if [[ $PREFIX == --*=* ]]; then compset -P '*='; fi
      if [[ $rest == folders ]]; then _files -/; else _files; fi && ret=0
      ;;
    command)
      at=${words[(i)--]}
      shift $at words
      ((CURRENT -= at))
      _normal && ret=0
      ;;
  esac
  return ret
}

if [[ $funcstack[1] == _keydesk_cli || $funcstack[1] == _keydesk-cli ]]; then
  _keydesk_cli "$@"
else
  compdef _keydesk_cli keydesk-cli
fi
