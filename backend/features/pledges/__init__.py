"""共驻共建、承诺践诺: units and members promise, do it in steps with proof, residents confirm."""
