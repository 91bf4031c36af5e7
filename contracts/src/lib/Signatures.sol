// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title 64-byte signatures: EIP-2098, low s only, the zero address never (1.4)
/// @notice `vs` holds the y parity in its highest bit and s below it. A high s would be a second form of the same
/// signature; it is refused.
library Signatures {
    /// @notice Half the order of secp256k1, rounded down: the highest s that is low.
    uint256 internal constant HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    /// @notice Bytes of a signature: r, then yParityAndS.
    uint256 internal constant SIZE = 64;

    /// @notice The signature is not 64 bytes long.
    error SignatureLengthInvalid(uint256 length);
    /// @notice The signature recovers no address: high s, r or s out of range, or no point of the curve.
    error SignatureInvalid(bytes32 digest);

    /// @notice The signer's address, or 0 when the signature is invalid. A caller must refuse 0.
    function tryRecover(bytes32 digest, bytes32 r, bytes32 vs) internal pure returns (address) {
        uint256 s = uint256(vs) & (type(uint256).max >> 1);
        if (s > HALF_ORDER) return address(0);
        return ecrecover(digest, uint8(27 + (uint256(vs) >> 255)), r, bytes32(s));
    }

    /// @notice The signer's address, never 0.
    function recover(bytes32 digest, bytes32 r, bytes32 vs) internal pure returns (address signer) {
        signer = tryRecover(digest, r, vs);
        if (signer == address(0)) revert SignatureInvalid(digest);
    }

    /// @notice The signer's address, never 0, from the 64 bytes.
    function recover(bytes32 digest, bytes calldata signature) internal pure returns (address) {
        if (signature.length != SIZE) revert SignatureLengthInvalid(signature.length);
        return recover(digest, bytes32(signature[:32]), bytes32(signature[32:]));
    }
}
