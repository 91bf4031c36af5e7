// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Points of secp256k1 as public keys
library PublicKey {
    /// @notice The field's prime.
    uint256 internal constant P = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFC2F;

    /// @notice Whether y^2 = x^3 + 7 with both coordinates reduced.
    function onCurve(bytes32 x, bytes32 y) internal pure returns (bool) {
        uint256 a = uint256(x);
        uint256 b = uint256(y);
        if (a >= P || b >= P) return false;
        return mulmod(b, b, P) == addmod(mulmod(a, mulmod(a, a, P), P), 7, P);
    }

    /// @notice The key's address: the last 20 bytes of the coordinates' keccak256.
    function toAddress(bytes32 x, bytes32 y) internal pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encodePacked(x, y)))));
    }
}
