// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {ShortString, ShortStrings} from "@openzeppelin/contracts/utils/ShortStrings.sol";
import {ERC20Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/ERC20Upgradeable.sol";
import {ERC20PermitUpgradeable} from
    "@openzeppelin/contracts-upgradeable/token/ERC20/extensions/ERC20PermitUpgradeable.sol";
import {IUtilityToken} from "./IUtilityToken.sol";

/// @title The token that stands on the auxiliary chain for a token staked on origin
/// @dev Nothing here is upgradeable: OpenZeppelin's variant without constructors is taken because its construction
/// executes no SSTORE at all. The plain one stores its empty strings; a stored zero changes no state on Ethereum, but
/// anvil counts it into the storage root, and the root must be that of empty storage (gateway 7.5). Name, symbol and
/// decimals are immutables, the strings packed into 32 bytes each; the initialisers are never called.
/// Storage: 0 linked, frozen; the rest where ERC-7201 puts it: balances at ERC20_STORAGE, which is protocol (7.7), allowances
/// one above, total supply two above; permit nonces at OpenZeppelin's own place.
contract UtilityToken is ERC20Upgradeable, ERC20PermitUpgradeable, IUtilityToken {
    using ShortStrings for string;
    using ShortStrings for ShortString;

    /// @notice Slot of the mapping of balances: ERC-7201 of "openzeppelin.storage.ERC20".
    bytes32 public constant ERC20_STORAGE = 0x52c63247e1f47db19d5ce0460030c497f067ca4cebf71ba98eeadabe20bace00;

    address public immutable override CO_GATEWAY;
    ShortString private immutable NAME;
    ShortString private immutable SYMBOL;
    uint8 private immutable DECIMALS;

    bool public override isLinked;
    bool public override isFrozen;

    modifier onlyCoGateway() {
        if (msg.sender != CO_GATEWAY) revert NotCoGateway(msg.sender);
        _;
    }

    /// @param name_ the origin token's name, 1 to 31 bytes
    /// @param symbol_ the origin token's symbol, 1 to 31 bytes
    /// @param decimals_ the origin token's decimals
    /// @param coGateway predicted address of the co-gateway
    constructor(string memory name_, string memory symbol_, uint8 decimals_, address coGateway) {
        if (coGateway == address(0)) revert AddressZero();
        if (bytes(name_).length == 0) revert TokenNameRefused(name_);
        if (bytes(symbol_).length == 0) revert TokenNameRefused(symbol_);
        NAME = name_.toShortString();
        SYMBOL = symbol_.toShortString();
        DECIMALS = decimals_;
        CO_GATEWAY = coGateway;
    }

    /// @inheritdoc IUtilityToken
    function link() external override onlyCoGateway {
        if (isLinked) revert TokenAlreadyLinked();
        isLinked = true;
        emit TokenLinked();
    }

    /// @inheritdoc IUtilityToken
    function freeze() external override onlyCoGateway {
        _requireMoving();
        isFrozen = true;
        emit TokenFrozen();
    }

    /// @inheritdoc IUtilityToken
    function mint(address to, uint256 amount) external override onlyCoGateway {
        _mint(to, amount);
    }

    /// @inheritdoc IUtilityToken
    function burn(address from, uint256 amount) external override onlyCoGateway {
        _burn(from, amount);
    }

    function name() public view override(ERC20Upgradeable, IERC20Metadata) returns (string memory) {
        return NAME.toString();
    }

    function symbol() public view override(ERC20Upgradeable, IERC20Metadata) returns (string memory) {
        return SYMBOL.toString();
    }

    function decimals() public view override(ERC20Upgradeable, IERC20Metadata) returns (uint8) {
        return DECIMALS;
    }

    function nonces(address owner) public view override(ERC20PermitUpgradeable, IERC20Permit) returns (uint256) {
        return super.nonces(owner);
    }

    /// @dev Of the EIP-712 domain of permits; OpenZeppelin would read it from storage.
    function _EIP712Name() internal view override returns (string memory) {
        return name();
    }

    function _EIP712Version() internal pure override returns (string memory) {
        return "1";
    }

    /// @dev Every movement of balances passes here: transfer, transferFrom, mint, burn.
    function _update(address from, address to, uint256 value) internal override {
        _requireMoving();
        super._update(from, to, value);
    }

    /// @dev Every write of an allowance passes here: approve, permit, transferFrom.
    function _approve(address owner, address spender, uint256 value, bool emitEvent) internal override {
        _requireMoving();
        super._approve(owner, spender, value, emitEvent);
    }

    /// @dev Both flags lie in one slot: one reading.
    function _requireMoving() private view {
        if (!isLinked) revert TokenNotLinked();
        if (isFrozen) revert TokenIsFrozen();
    }
}
