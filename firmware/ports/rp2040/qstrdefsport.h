// SPDX-License-Identifier: MIT
// Names that only this port uses stand where they are used.
