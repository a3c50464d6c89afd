from mcpskills_publisher.app import main

if __name__ == "__main__":
    main()
