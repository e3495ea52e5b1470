#!/usr/bin/env bash
# Generates attain.pb.swift from attain.proto. Needs protoc (apt: protobuf-compiler) and protoc-gen-swift of the
# version of swift-protobuf that Package.swift resolves to: swift build -c release --product protoc-gen-swift there.
set -euo pipefail
cd "$(dirname "$0")"
protoc --swift_opt=Visibility=Package --swift_opt=UseAccessLevelOnImports=true --swift_out=. attain.proto
