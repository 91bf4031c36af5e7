// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @dev A token as it should be, with permit.
contract PlainToken is ERC20Permit {
    constructor(string memory name_, string memory symbol_) ERC20(name_, symbol_) ERC20Permit(name_) {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

enum Oddity {
    None,
    ReturnsNothing,
    ReturnsFalse,
    ReturnsFalseButMoves,
    ReturnsTrueButMovesNothing,
    TakesFee,
    Reenters,
    BlocksByRevert,
    BlocksByBurningGas,
    ReturnsTooMuch,
    NeedsMuchGas
}

/// @dev The zoo: a token with one bad manner at a time.
contract OddToken {
    string public name = "Odd";
    string public symbol = "ODD";
    uint8 public constant decimals = 18;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    event Transfer(address indexed from, address indexed to, uint256 value);

    Oddity public oddity;
    address public blocked;
    address public victim;
    bytes public payload;
    bool public reentered;
    bytes public reason;
    mapping(uint256 => uint256) private waste;

    function rename(string calldata name_, string calldata symbol_) external {
        name = name_;
        symbol = symbol_;
    }

    function become(Oddity oddity_, address blocked_) external {
        oddity = oddity_;
        blocked = blocked_;
    }

    function reenter(address victim_, bytes calldata payload_) external {
        oddity = Oddity.Reenters;
        victim = victim_;
        payload = payload_;
    }

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
        emit Transfer(address(0), to, amount);
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    function transfer(address to, uint256 amount) external {
        _answer(_move(msg.sender, to, amount));
    }

    function transferFrom(address from, address to, uint256 amount) external {
        allowance[from][msg.sender] -= amount;
        _answer(_move(from, to, amount));
    }

    function _move(address from, address to, uint256 amount) private returns (bool) {
        Oddity o = oddity;
        if (o == Oddity.ReturnsFalse) return false;
        if (o == Oddity.ReturnsTrueButMovesNothing) return true;
        if (o == Oddity.BlocksByRevert && to == blocked) revert("blocked");
        if (o == Oddity.BlocksByBurningGas && to == blocked) {
            assembly {
                invalid()
            }
        }
        if (o == Oddity.NeedsMuchGas) {
            for (uint256 i = 0; i < 5; ++i) {
                waste[uint256(keccak256(abi.encode(from, to, amount, i)))] = 1;
            }
        }
        balanceOf[from] -= amount;
        balanceOf[to] += o == Oddity.TakesFee ? amount - amount / 100 : amount;
        emit Transfer(from, to, amount);
        if (o == Oddity.Reenters) {
            (reentered, reason) = victim.call(payload);
        }
        return o != Oddity.ReturnsFalseButMoves;
    }

    function _answer(bool done) private view {
        Oddity o = oddity;
        uint256 size = o == Oddity.ReturnsNothing ? 0 : o == Oddity.ReturnsTooMuch ? 32_000 : 32;
        assembly {
            mstore(0, done)
            return(0, size)
        }
    }
}
