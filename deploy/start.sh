#!/bin/sh
# Start of the container: `serve` makes ready what it needs; every other word is a command of motcua.
set -eu
cd /app
if [ "${1:-serve}" = serve ]; then
    mkdir -p var/models
    # The image's model stands beside those of the office, which may have trained one with words of its own.
    for model in models/*.tar.gz; do
        [ -e "var/$model" ] || cp "$model" "var/$model.part"
        [ -e "var/$model" ] || mv "var/$model.part" "var/$model"
    done
    motcua migrate
    motcua train --if-missing
fi
exec motcua "$@"
